-- grain: temporary tables of one build
-- answers: which cells the list has, and who stands in them with how much
-- columns: given (filled before) is one row per table, contributor, part and cell; parts of one contributor add up, and stand in the cells they belong to
CREATE TEMP TABLE units AS
SELECT
    CAST(row_number() OVER (ORDER BY contributor, part) AS INTEGER) AS unit, contributor, part,
    CAST(dense_rank() OVER (ORDER BY contributor) AS INTEGER) AS owner
FROM (SELECT DISTINCT contributor, part FROM given);

CREATE TEMP TABLE private_owners AS
SELECT units.owner
FROM given
INNER JOIN units ON given.contributor = units.contributor AND given.part = units.part
GROUP BY units.owner
HAVING bool_and(given.protects = 'persons');

CREATE TEMP TABLE cell_keys AS
SELECT
    CAST(row_number() OVER (
        ORDER BY table_name, period, territory_level, territory_code, scope_code, breakdown, measure
    ) AS INTEGER) AS cell,
    *
FROM (
    SELECT DISTINCT
        table_name, protects, period, territory_level, territory_code, scope_code, breakdown, measure
    FROM given
);

CREATE TEMP TABLE members AS
SELECT cell_keys.cell, units.unit, units.owner, given.value
FROM given
INNER JOIN units ON given.contributor = units.contributor AND given.part = units.part
INNER JOIN cell_keys
    ON
        given.table_name = cell_keys.table_name
        AND given.period = cell_keys.period
        AND given.territory_level = cell_keys.territory_level
        AND given.territory_code = cell_keys.territory_code
        AND given.scope_code = cell_keys.scope_code
        AND given.breakdown = cell_keys.breakdown
        AND given.measure = cell_keys.measure;

-- Sums are taken in decimals: they do not depend on the order of the rows.
CREATE TEMP TABLE cells AS
SELECT
    cell_keys.*,
    CAST(sum(owned.value) AS DOUBLE) AS value,
    CAST(max(abs(owned.value)) AS DOUBLE) AS largest,
    CAST(sum(abs(owned.value)) AS DOUBLE) AS mass,
    CAST(count(*) AS INTEGER) AS contributors
FROM cell_keys
INNER JOIN (
    SELECT cell, owner, sum(CAST(value AS DECIMAL(28, 4))) AS value
    FROM members
    GROUP BY cell, owner
) AS owned ON cell_keys.cell = owned.cell
GROUP BY ALL;
