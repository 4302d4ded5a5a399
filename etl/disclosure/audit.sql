-- grain: temporary tables of one build
-- answers: what a reader holds who has partners.duckdb, every publication before it and the public register, and what is kept from that reader; made apart from the tables that suppression went by
-- columns: audit_known = the sums the reader knows, with the unknowns in them; audit_targets = the sums whose value must stay uncertain
CREATE OR REPLACE TEMP TABLE audit_facts AS
SELECT DISTINCT contributor, part, measure, period, value FROM given;

CREATE OR REPLACE TEMP TABLE audit_names AS
SELECT
    facts.contributor, facts.part, facts.measure, facts.period,
    coalesce(min(base.measure || '@' || base.period), facts.measure || '@' || facts.period) AS node
FROM audit_facts AS facts
LEFT JOIN relations ON relations.kind = 'same' AND facts.measure = relations.first
LEFT JOIN audit_facts AS base
    ON
        facts.contributor = base.contributor AND facts.part = base.part
        AND relations.other = base.measure AND later(facts.period, relations.lag) = base.period
        AND facts.value = base.value
GROUP BY facts.contributor, facts.part, facts.measure, facts.period;

-- every cell with the unknowns in it: figures, and heads where persons are counted
CREATE OR REPLACE TEMP TABLE audit_cells AS
WITH counted AS (SELECT DISTINCT measure FROM given WHERE protects = 'persons'),

keyed AS (
    SELECT
        given.* EXCLUDE (measure, value), given.measure, given.value, names.node,
        shown.status, given.protects = 'persons' AS is_persons
    FROM given
    INNER JOIN audit_names AS names
        USING (contributor, part, measure, period)
    INNER JOIN shown
        USING (
            table_name, period, territory_level, territory_code, scope_code, breakdown, measure
        )
)

SELECT
    concat_ws('/', table_name, period, territory_level, territory_code, scope_code, breakdown, measure)
        AS cell,
    'value' AS kind, status, FALSE AS is_persons, node, contributor || '|' || part AS who,
    contributor, value
FROM keyed
UNION ALL
SELECT DISTINCT
    concat_ws('/', table_name, period, territory_level, territory_code, scope_code, breakdown, measure),
    'count', status, is_persons, measure || '@' || period || '#', contributor, contributor, 1
FROM keyed
WHERE measure IN (SELECT counted.measure FROM counted);

CREATE OR REPLACE TEMP TABLE audit_vars AS
SELECT CAST(row_number() OVER (ORDER BY node, who) AS INTEGER) - 1 AS var, node, who, contributor, value
FROM (SELECT DISTINCT node, who, contributor, value FROM audit_cells);

CREATE OR REPLACE TEMP TABLE audit_known AS
SELECT 'now/' || cells.kind || '/' || cells.cell AS known, vars.var, 1 AS sign
FROM audit_cells AS cells
INNER JOIN audit_vars AS vars ON cells.node = vars.node AND cells.who = vars.who
WHERE cells.status = 'shown'
UNION
SELECT 'told/' || concat_ws('/',
    given.table_name, given.period, given.territory_level, given.territory_code, given.scope_code,
    given.breakdown, given.measure
), vars.var, relations.sign
FROM given
INNER JOIN shown
    USING (table_name, period, territory_level, territory_code, scope_code, breakdown, measure)
INNER JOIN relations ON relations.kind = 'tells' AND given.measure = relations.first
INNER JOIN audit_names AS names
    ON
        given.contributor = names.contributor AND given.part = names.part
        AND relations.other = names.measure AND later(given.period, relations.lag) = names.period
INNER JOIN audit_vars AS vars
    ON names.node = vars.node AND names.contributor || '|' || names.part = vars.who
WHERE shown.status = 'shown'
UNION
SELECT 'earlier/' || earlier.entry, vars.var, 1
FROM (SELECT entry, measure, period, unnest(members) AS who FROM earlier) AS earlier
INNER JOIN audit_names AS names
    ON
        earlier.who = names.contributor || '|' || names.part
        AND earlier.measure = names.measure AND earlier.period = names.period
INNER JOIN audit_vars AS vars ON names.node = vars.node AND earlier.who = vars.who
UNION
SELECT 'earlier/' || earlier.entry || cells.kind, vars.var, 1
FROM earlier
INNER JOIN audit_cells AS cells
    ON
        earlier.protects = 'persons' AND (cells.is_persons OR cells.kind = 'value')
        AND ends_with(cells.cell, concat_ws('/',
            '', earlier.period, earlier.territory_level, earlier.territory_code,
            earlier.scope_code, earlier.breakdown, earlier.measure
        ))
INNER JOIN audit_vars AS vars ON cells.node = vars.node AND cells.who = vars.who;

-- figures of one contributor of which one is never more than the other
CREATE OR REPLACE TEMP TABLE audit_limits AS
SELECT low.var AS low_var, high.var AS high_var
FROM audit_vars AS low
INNER JOIN relations
    ON relations.kind = 'at_most' AND split_part(low.node, '@', 1) = relations.first
INNER JOIN audit_vars AS high
    ON
        low.who = high.who AND low.value <= high.value
        AND high.node = relations.other || '@' || later(split_part(low.node, '@', 2), relations.lag);

-- unknowns that stand in the same known sums are one class; where limits tie several figures of a
-- contributor, all of them must stand in the same
CREATE OR REPLACE TEMP TABLE audit_signs AS
SELECT var, list(known ORDER BY known) AS sign FROM audit_known GROUP BY var;

CREATE OR REPLACE TEMP TABLE audit_classes AS
WITH tied AS (
    SELECT low_var, high_var, high_var AS head FROM audit_limits
    UNION ALL
    SELECT DISTINCT high_var, high_var, high_var FROM audit_limits
),

families AS (
    SELECT tied.low_var AS var, list((vars.node, coalesce(signs.sign, [])) ORDER BY vars.node) AS sign
    FROM tied
    INNER JOIN tied AS others ON tied.head = others.head
    INNER JOIN audit_vars AS vars ON others.low_var = vars.var
    LEFT JOIN audit_signs AS signs ON vars.var = signs.var
    GROUP BY tied.low_var
)

SELECT
    vars.var, vars.node, vars.value, vars.contributor,
    CAST(dense_rank() OVER (
        ORDER BY vars.node, coalesce(signs.sign, []), coalesce(families.sign, [])
    ) AS INTEGER) - 1 AS class
FROM audit_vars AS vars
LEFT JOIN audit_signs AS signs ON vars.var = signs.var
LEFT JOIN families ON vars.var = families.var;

CREATE OR REPLACE TEMP TABLE audit_targets AS
SELECT cells.kind || '/' || cells.cell AS target, cells.is_persons, vars.var
FROM audit_cells AS cells
INNER JOIN audit_vars AS vars ON cells.node = vars.node AND cells.who = vars.who
WHERE cells.status = 'withheld'
UNION ALL
-- the few that no known sum tells apart
SELECT 'class/' || small.kind || '/' || classes.class, FALSE, classes.var
FROM audit_classes AS classes
INNER JOIN (
    SELECT
        classes.class,
        CASE WHEN count(private.contributor) > 0 THEN 'persons' ELSE 'firms' END AS kind
    FROM audit_classes AS classes
    LEFT JOIN (
        SELECT contributor FROM given GROUP BY contributor HAVING bool_and(protects = 'persons')
    ) AS private ON classes.contributor = private.contributor
    GROUP BY classes.class
    HAVING
        CASE
            WHEN count(DISTINCT private.contributor) > 0
                THEN count(DISTINCT private.contributor) < $persons
            ELSE count(DISTINCT classes.contributor) < $firms
        END
) AS small ON classes.class = small.class;
