-- grain: one row per contributor (siren), cell and measure
-- answers: how many of the providers on offer at the end of each closed quarter are co-operatives; the denominator stands in published.providers
-- columns: contributor, period (quarter, the last closed one and the same a year earlier), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country in all scopes, families and domains; regions in scope all
-- breakdown: form (scop, other: in scope all and families); they add up to 'all' co-operatives
-- measures: providers (1 each)
-- protects: firms
WITH quarters AS (
    SELECT
        contributor, scope_code, is_scop,
        strftime(quarter, '%Y') || '-Q' || quarter(quarter) AS period,
        unnest(places_of(region_code, NULL)) AS place
    FROM marts.provider_quarters
    WHERE
        is_cooperative
        AND scope_code <> 'unknown'
        AND (
            SELECT date_diff('month', quarter, date_trunc('quarter', as_of)) IN (3, 15)
            FROM reference.settings
        )
),

broken_down AS (
    SELECT
        *,
        unnest(['all', CASE WHEN is_scop THEN 'scop' ELSE 'other' END]) AS breakdown
    FROM quarters
)

SELECT DISTINCT
    contributor, period, place.level AS territory_level, place.code AS territory_code,
    scope_code, breakdown, 'providers' AS measure, 1.0::DOUBLE AS value
FROM broken_down
WHERE
    scope_code = 'all'
    OR (place.level = 'country' AND (breakdown = 'all' OR scope_code LIKE 'family_%'))
