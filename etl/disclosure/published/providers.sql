-- grain: one row per contributor (provider), cell and measure
-- answers: how many providers were on offer at the end of each closed quarter, and how many of them individuals
-- columns: contributor, period (quarter, the last closed one and the same a year earlier), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country in scope all and families; regions and départements in scope all. No domains, nor families by region: who offers what overlaps, and thousands of small combinations would have to be kept apart
-- breakdown: kind ('all', 'individual')
-- measures: providers (1 each)
-- protects: persons
WITH quarters AS (
    SELECT
        contributor, scope_code, kind,
        strftime(quarter, '%Y') || '-Q' || quarter(quarter) AS period,
        unnest(places_of(region_code, departement_code)) AS place
    FROM marts.provider_quarters
    WHERE
        scope_code <> 'unknown'
        AND (
            SELECT date_diff('month', quarter, date_trunc('quarter', as_of)) IN (3, 15)
            FROM reference.settings
        )
),

broken_down AS (
    SELECT
        *,
        unnest(CASE WHEN kind = 'individual' THEN ['all', 'individual'] ELSE ['all'] END)
            AS breakdown
    FROM quarters
)

SELECT DISTINCT
    contributor, period, place.level AS territory_level, place.code AS territory_code,
    scope_code, breakdown, 'providers' AS measure, 1.0::DOUBLE AS value
FROM broken_down
WHERE scope_code = 'all' OR (place.level = 'country' AND scope_code LIKE 'family_%')
