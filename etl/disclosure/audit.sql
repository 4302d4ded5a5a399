-- grain: temporary tables of one build
-- answers: what a reader could know who has all tables of the list, every publication before them and the public register; made once, from the contributors' rows alone, apart from the tables that suppression goes by
-- columns: audit_vars = the unknowns: a figure of one contributor (its part, measure, period), and heads where persons are counted; audit_entries = the unknowns in each line; a line is told by a cell (4 cell + 0: its value, 1: its number of contributors, 2: what follows for other measures) or by an earlier publication (4 entry + 3); audit_limits = pairs of which the first is never more than the second; audit_always = lines known from earlier publications
CREATE TEMP TABLE audit_nodes AS
SELECT CAST(row_number() OVER (ORDER BY measure, period) AS INTEGER) AS node, measure, period
FROM (SELECT DISTINCT measure, period FROM cells);

-- what relations say of nodes
CREATE TEMP TABLE audit_ties AS
SELECT relations.kind, first.node, other.node AS other, relations.sign
FROM relations
INNER JOIN audit_nodes AS first ON relations.first = first.measure
INNER JOIN audit_nodes AS other
    ON relations.other = other.measure AND later(first.period, relations.lag) = other.period;

-- Where each person counts as one, the figure is the number of persons: told once.
CREATE TEMP TABLE audit_measures AS
SELECT
    cells.measure, bool_or(cells.protects = 'persons') AS is_counted,
    bool_and(cells.protects = 'persons') AND NOT bool_or(told.differs) AS is_only_counted
FROM cells
INNER JOIN (
    SELECT members.cell, bool_or(members.value <> 1 OR units.part <> '') AS differs
    FROM members
    INNER JOIN units ON members.unit = units.unit
    GROUP BY members.cell
) AS told ON cells.cell = told.cell
GROUP BY cells.measure;

CREATE TEMP TABLE audit_cells AS
SELECT
    cells.cell, nodes.node, measures.is_counted, NOT measures.is_only_counted AS is_valued,
    cells.protects = 'persons' AS is_persons
FROM cells
INNER JOIN audit_nodes AS nodes ON cells.measure = nodes.measure AND cells.period = nodes.period
INNER JOIN audit_measures AS measures ON cells.measure = measures.measure;

CREATE TEMP TABLE audit_facts AS
SELECT DISTINCT members.unit, members.owner, cells.node, members.value
FROM members
INNER JOIN audit_cells AS cells ON members.cell = cells.cell AND cells.is_valued
UNION ALL
SELECT gone.unit, gone.owner, nodes.node, gone.value
FROM gone
INNER JOIN audit_nodes AS nodes ON gone.measure = nodes.measure AND gone.period = nodes.period
INNER JOIN audit_measures AS measures ON gone.measure = measures.measure AND NOT measures.is_only_counted;

-- one figure under two names is one unknown: the figure, and the node it goes by
CREATE TEMP TABLE audit_names AS
SELECT facts.unit, facts.owner, facts.node, facts.value, coalesce(same.base, facts.node) AS base
FROM audit_facts AS facts
LEFT JOIN (
    SELECT told.unit, told.node, min(base.node) AS base
    FROM audit_facts AS told
    INNER JOIN audit_ties AS ties ON ties.kind = 'same' AND told.node = ties.node
    INNER JOIN audit_facts AS base
        ON told.unit = base.unit AND ties.other = base.node AND told.value = base.value
    GROUP BY told.unit, told.node
) AS same ON facts.unit = same.unit AND facts.node = same.node;

CREATE TEMP TABLE audit_vars AS
SELECT
    CAST(row_number() OVER (ORDER BY node, is_head, who) AS INTEGER) - 1 AS var,
    node, is_head, who, owner, value, owner IN (SELECT private_owners.owner FROM private_owners) AS is_private
FROM (
    SELECT DISTINCT base AS node, FALSE AS is_head, unit AS who, owner, value FROM audit_names
    UNION ALL
    SELECT DISTINCT cells.node, TRUE, members.owner, members.owner, 1
    FROM members
    INNER JOIN audit_cells AS cells ON members.cell = cells.cell AND cells.is_counted
);

CREATE TEMP TABLE audit_known AS
SELECT names.unit, names.node, vars.var
FROM audit_names AS names
INNER JOIN audit_vars AS vars
    ON NOT vars.is_head AND names.base = vars.node AND names.unit = vars.who;

CREATE TEMP TABLE audit_entries AS
SELECT 4 * members.cell AS line, known.var, CAST(1 AS TINYINT) AS sign
FROM members
INNER JOIN audit_cells AS cells ON members.cell = cells.cell AND cells.is_valued
INNER JOIN audit_known AS known ON members.unit = known.unit AND cells.node = known.node
UNION ALL
SELECT DISTINCT 4 * members.cell + 1, vars.var, 1
FROM members
INNER JOIN audit_cells AS cells ON members.cell = cells.cell AND cells.is_counted
INNER JOIN audit_vars AS vars
    ON vars.is_head AND cells.node = vars.node AND members.owner = vars.who
UNION ALL
SELECT 4 * members.cell + 2, known.var, ties.sign
FROM members
INNER JOIN audit_cells AS cells ON members.cell = cells.cell
INNER JOIN audit_ties AS ties ON ties.kind = 'tells' AND cells.node = ties.node
INNER JOIN audit_known AS known ON members.unit = known.unit AND ties.other = known.node
UNION ALL
SELECT 4 * earlier.entry + 3, known.var, 1
FROM (SELECT entry, measure, period, unnest(members) AS who FROM earlier) AS earlier
INNER JOIN audit_nodes AS nodes
    ON earlier.measure = nodes.measure AND earlier.period = nodes.period
INNER JOIN units ON earlier.who = units.contributor || '|' || units.part
INNER JOIN audit_known AS known ON units.unit = known.unit AND nodes.node = known.node;

-- Of persons the ledger keeps no names: their cell told of those who stand in it now.
CREATE TEMP TABLE audit_always AS
SELECT DISTINCT 4 * entry + 3 AS line FROM earlier
UNION
SELECT unnest([4 * cells.cell, 4 * cells.cell + 1])
FROM cells
INNER JOIN earlier USING (
    protects, period, territory_level, territory_code, scope_code, breakdown, measure
)
WHERE cells.protects = 'persons';

CREATE TEMP TABLE audit_limits AS
SELECT low.var AS low, high.var AS high
FROM audit_vars AS low
INNER JOIN audit_ties AS ties ON ties.kind = 'at_most' AND low.node = ties.node
INNER JOIN audit_vars AS high
    ON
        ties.other = high.node AND low.who = high.who AND low.value <= high.value
        AND NOT low.is_head AND NOT high.is_head
ORDER BY low.var, high.var;
