-- grain: temporary tables of one build
-- answers: the unknowns that a reader could solve for, and the sums of them that cells tell
-- columns: vars = one figure of one contributor (its part, measure, period; measure# counts the contributors where they are private); lines = sums of vars: what a cell tells (is_own), what it tells besides (relations), what an earlier publication told (cell NULL); rows = lines of the same vars
CREATE OR REPLACE TEMP MACRO later(period, lag) AS CASE
    WHEN length(period) = 4 THEN CAST(CAST(period AS INTEGER) + lag AS VARCHAR)
    WHEN regexp_full_match(period, '\d{4}-Q[1-4]') THEN printf(
        '%d-Q%d',
        (4 * CAST(left(period, 4) AS INTEGER) + CAST(right(period, 1) AS INTEGER) - 1 + lag) // 4,
        (4 * CAST(left(period, 4) AS INTEGER) + CAST(right(period, 1) AS INTEGER) - 1 + lag) % 4 + 1
    )
END;

CREATE TEMP TABLE measures AS
SELECT
    cells.measure,
    bool_or(cells.protects = 'persons') AS is_counted,
    NOT bool_or(cells.protects = 'persons') OR bool_or(told.is_plain = FALSE) AS is_valued
FROM cells
INNER JOIN (
    SELECT members.cell, bool_and(members.value = 1 AND units.part = '') AS is_plain
    FROM members
    INNER JOIN units ON members.unit = units.unit
    GROUP BY members.cell
) AS told ON cells.cell = told.cell
GROUP BY cells.measure;

CREATE TEMP TABLE facts AS
SELECT members.unit, members.owner, cells.measure, cells.period, min(members.value) AS value
FROM members
INNER JOIN cells ON members.cell = cells.cell
GROUP BY ALL
UNION ALL
SELECT unit, owner, measure, period, value
FROM gone;

-- One figure under two names is one unknown.
CREATE TEMP TABLE named AS
SELECT
    facts.unit, facts.measure, facts.period,
    coalesce(same.base[1], facts.measure) AS var_measure,
    coalesce(same.base[2], facts.period) AS var_period
FROM facts
LEFT JOIN (
    SELECT told.unit, told.measure AS first, told.period AS first_period,
        min((base.measure, base.period)) AS base
    FROM facts AS told
    INNER JOIN relations ON relations.kind = 'same' AND told.measure = relations.first
    INNER JOIN facts AS base
        ON
            told.unit = base.unit AND relations.other = base.measure
            AND later(told.period, relations.lag) = base.period AND told.value = base.value
    GROUP BY ALL
) AS same
    ON
        facts.unit = same.unit AND facts.measure = same.first
        AND facts.period = same.first_period;

CREATE TEMP TABLE vars AS
SELECT
    CAST(row_number() OVER (ORDER BY measure, period, unit) AS INTEGER) AS var,
    unit, owner, measure, period, value
FROM (
    SELECT DISTINCT named.unit, facts.owner, facts.measure, facts.period, facts.value
    FROM named
    INNER JOIN facts
        ON
            named.unit = facts.unit AND named.var_measure = facts.measure
            AND named.var_period = facts.period
    INNER JOIN measures ON facts.measure = measures.measure AND measures.is_valued
    UNION ALL
    SELECT DISTINCT -facts.owner, facts.owner, facts.measure || '#', facts.period, 1
    FROM facts
    INNER JOIN measures ON facts.measure = measures.measure AND measures.is_counted
);

CREATE TEMP TABLE line_vars AS
WITH stated AS (
    SELECT named.unit, named.measure, named.period, vars.var
    FROM named
    INNER JOIN vars
        ON
            named.unit = vars.unit AND named.var_measure = vars.measure
            AND named.var_period = vars.period
)

SELECT 'value' AS kind, cells.cell AS source, stated.var, 1 AS sign
FROM members
INNER JOIN cells ON members.cell = cells.cell
INNER JOIN stated
    ON members.unit = stated.unit AND cells.measure = stated.measure AND cells.period = stated.period
UNION ALL
SELECT DISTINCT 'count', cells.cell, vars.var, 1
FROM members
INNER JOIN cells ON members.cell = cells.cell
INNER JOIN vars
    ON
        -members.owner = vars.unit AND cells.measure || '#' = vars.measure
        AND cells.period = vars.period
UNION ALL
SELECT 'tells', cells.cell, stated.var, relations.sign
FROM members
INNER JOIN cells ON members.cell = cells.cell
INNER JOIN relations ON relations.kind = 'tells' AND cells.measure = relations.first
INNER JOIN stated
    ON
        members.unit = stated.unit AND relations.other = stated.measure
        AND later(cells.period, relations.lag) = stated.period
UNION ALL
SELECT 'earlier', earlier.entry, stated.var, 1
FROM (SELECT entry, period, measure, unnest(members) AS member FROM earlier) AS earlier
INNER JOIN units ON earlier.member = units.contributor || '|' || units.part
INNER JOIN stated
    ON units.unit = stated.unit AND earlier.measure = stated.measure AND earlier.period = stated.period;

CREATE TEMP TABLE line_rows AS
SELECT kind, source, CAST(dense_rank() OVER (ORDER BY first_line, vars_hash) AS INTEGER) AS row_id
FROM (
    SELECT
        *, min(kind || '/' || printf('%09d', source)) OVER (PARTITION BY vars_hash, size) AS first_line
    FROM (
        SELECT
            kind, source, bit_xor(hash(var, sign)) AS vars_hash, count(*) AS size
        FROM line_vars
        GROUP BY kind, source
    )
);

-- A reader knows a row when one of these cells is shown, or when it was published before (0).
CREATE TEMP TABLE carriers AS
SELECT DISTINCT row_id, source AS cell, kind IN ('value', 'count') AS is_own
FROM line_rows
WHERE kind <> 'earlier'
UNION
SELECT row_id, 0, FALSE
FROM line_rows
WHERE kind = 'earlier'
UNION
-- Persons are not named in the ledger: what their cell told, it tells of who stands in it now.
SELECT line_rows.row_id, 0, FALSE
FROM line_rows
INNER JOIN cells ON line_rows.source = cells.cell
INNER JOIN earlier
    ON
        cells.protects = 'persons' AND earlier.protects = 'persons'
        AND cells.period = earlier.period
        AND cells.territory_level = earlier.territory_level
        AND cells.territory_code = earlier.territory_code
        AND cells.scope_code = earlier.scope_code
        AND cells.breakdown = earlier.breakdown
        AND cells.measure = earlier.measure
WHERE line_rows.kind IN ('value', 'count');

CREATE TEMP TABLE row_vars AS
SELECT line_rows.row_id, line_vars.var, line_vars.sign
FROM line_vars
INNER JOIN (
    SELECT row_id, min((kind, source)) AS line FROM line_rows GROUP BY row_id
) AS line_rows ON line_vars.kind = line_rows.line[1] AND line_vars.source = line_rows.line[2];

-- a.value <= b.value for each contributor for whom it is so
CREATE TEMP TABLE limits AS
SELECT low.var AS low_var, high.var AS high_var, low.unit
FROM vars AS low
INNER JOIN relations ON relations.kind = 'at_most' AND low.measure = relations.first
INNER JOIN vars AS high
    ON
        low.unit = high.unit AND relations.other = high.measure
        AND later(low.period, relations.lag) = high.period AND low.value <= high.value;
