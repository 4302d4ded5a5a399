-- grain: one row per cell or band of partners.duckdb that tells too much
-- answers: does a sum that is told, or what is left of the country's beside it, fail the rule?
-- columns: table_name, measure, period, level, code; in_force (registered before) = the contributions that the edition is made of, each with the edition that told it; shown_cells = the file's cells of firms
WITH told AS (
    SELECT * FROM shown_cells WHERE status IN ('shown', 'revised')
),

-- a region's rows, the country's, and what the regions told leave of it
placed AS (
    SELECT
        rows.*,
        unnest(CASE
            WHEN regions.territory_code IS NOT NULL
                THEN [{'level': 'country', 'code': 'FR'}, {'level': 'region', 'code': rows.region_code}]
            ELSE [{'level': 'country', 'code': 'FR'}, {'level': 'other_regions', 'code': 'FR'}]
        END) AS place
    FROM in_force AS rows
    LEFT JOIN told AS regions
        ON
            rows.table_name = regions.table_name AND rows.measure = regions.measure
            AND rows.period = regions.period AND regions.territory_level = 'region'
            AND rows.region_code = regions.territory_code
    -- what an earlier edition told stands, though a firm may have withdrawn since
    WHERE rows.edition = $edition
),

owned AS (
    SELECT
        table_name, measure, period, place, contributor,
        sum(value) AS figure, sum(abs(value)) FILTER (WHERE NOT agreed) AS value
    FROM placed
    GROUP BY ALL
),

cells AS (
    SELECT
        table_name, measure, period, place.level AS level, place.code AS code,
        count(value) AS firms, coalesce(sum(value), 0) AS mass,
        coalesce(max(value), 0) AS first, coalesce(list_sum(max(value, 2)) - max(value), 0) AS second
    FROM owned
    GROUP BY ALL
),

unsafe AS (
    SELECT cells.*
    FROM cells
    INNER JOIN told AS country
        ON
            cells.table_name = country.table_name AND cells.measure = country.measure
            AND cells.period = country.period AND country.territory_level = 'country'
    WHERE
        cells.firms > 0
        AND (
            cells.firms < $firms
            OR (
                NOT list_contains($counted, cells.measure)
                AND cells.mass - cells.first - cells.second < $share * cells.first - 1e-6
            )
        )
)

SELECT table_name, measure, period, level, code
FROM unsafe
UNION ALL
SELECT owned.table_name, owned.measure, owned.period, owned.territory_level, owned.territory_code
FROM (
    SELECT
        shown.table_name, shown.measure, shown.period, shown.territory_level, shown.territory_code,
        shown.low, shown.high, sum(rows.value) / coalesce(sum(rows.base), 1) AS value
    FROM shown_cells AS shown
    INNER JOIN in_force AS rows
        ON
            shown.table_name = rows.table_name AND shown.measure = rows.measure
            AND shown.period = rows.period AND shown.territory_code = rows.region_code
    WHERE shown.status = 'withheld' AND shown.territory_level = 'region' AND shown.low IS NOT NULL
    GROUP BY ALL
) AS owned
WHERE
    owned.low > (1 - $share) * owned.value + 1e-6 OR owned.high < (1 + $share) * owned.value - 1e-6
ORDER BY ALL
