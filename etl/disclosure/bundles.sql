-- grain: temporary tables of one build
-- answers: contributors that stand in the same sums cannot be told apart: they are one bundle
-- columns: node_components (filled before) = what must be solved together; columns_ = the unknowns that are left: one bundle's figure at one node (measure and period)
CREATE TEMP TABLE unit_bundles AS
WITH patterns AS (
    SELECT
        node_components.component, vars.unit,
        bit_xor(hash(coalesce(row_vars.row_id, 0), vars.measure, vars.period)) AS pattern
    FROM vars
    INNER JOIN node_components
        ON vars.measure = node_components.measure AND vars.period = node_components.period
    LEFT JOIN row_vars ON vars.var = row_vars.var
    GROUP BY node_components.component, vars.unit
),

limited AS (
    SELECT node_components.component, low.unit, bit_xor(hash(low.measure, high.measure)) AS pattern
    FROM limits
    INNER JOIN vars AS low ON limits.low_var = low.var
    INNER JOIN vars AS high ON limits.high_var = high.var
    INNER JOIN node_components
        ON low.measure = node_components.measure AND low.period = node_components.period
    GROUP BY node_components.component, low.unit
)

SELECT
    patterns.component, patterns.unit,
    min(patterns.unit) OVER (
        PARTITION BY patterns.component, patterns.pattern, coalesce(limited.pattern, 0)
    ) AS bundle
FROM patterns
LEFT JOIN limited
    ON patterns.component = limited.component AND patterns.unit = limited.unit;

CREATE TEMP TABLE columns_ AS
SELECT
    CAST(row_number() OVER (ORDER BY component, bundle, node) AS INTEGER) - 1 AS column_id, *
FROM (
    SELECT
        unit_bundles.component, unit_bundles.bundle, node_components.node,
        CAST(sum(CAST(vars.value AS DECIMAL(28, 4))) AS DOUBLE) AS value,
        CAST(min(vars.value) AS DOUBLE) AS least, CAST(max(vars.value) AS DOUBLE) AS largest,
        CAST(count(DISTINCT vars.owner) AS INTEGER) AS owners,
        CAST(count(DISTINCT private_owners.owner) AS INTEGER) AS private_owners,
        min(vars.owner) AS first_owner, min(vars.var) AS first_var
    FROM vars
    INNER JOIN node_components
        ON vars.measure = node_components.measure AND vars.period = node_components.period
    INNER JOIN unit_bundles
        ON
            node_components.component = unit_bundles.component AND vars.unit = unit_bundles.unit
    LEFT JOIN private_owners ON vars.owner = private_owners.owner
    GROUP BY unit_bundles.component, unit_bundles.bundle, node_components.node
);

CREATE TEMP TABLE row_columns AS
SELECT row_vars.row_id, columns_.column_id, row_vars.sign
FROM row_vars
INNER JOIN columns_ ON row_vars.var = columns_.first_var
ORDER BY row_vars.row_id, columns_.column_id;

CREATE TEMP TABLE limit_columns AS
SELECT low.column_id AS low, high.column_id AS high
FROM limits
INNER JOIN columns_ AS low ON limits.low_var = low.first_var
INNER JOIN columns_ AS high ON low.bundle = high.bundle AND low.component = high.component
INNER JOIN node_components ON high.component = node_components.component AND high.node = node_components.node
INNER JOIN vars ON limits.high_var = vars.var
WHERE vars.measure = node_components.measure AND vars.period = node_components.period
ORDER BY low.column_id, high.column_id;
