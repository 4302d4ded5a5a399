-- grain: one row per contributor (siren), cell and measure
-- answers: how many hires of each closed quarter went to co-operatives; the denominator stands in published.hires
-- columns: contributor, part (the domain and region of the hires: those of one contributor add up), period (quarter, those of the last two years), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country in scope all and families; regions in scope all
-- breakdown: form (scop, other); they add up to 'all' co-operatives
-- measures: hires
-- protects: firms
WITH hires AS (
    SELECT
        hires.contributor, scopes.scope_code, hires.hires,
        hires.domain_code || '@' || coalesce(hires.region_code, '') AS part, hires.is_scop,
        strftime(hires.quarter, '%Y') || '-Q' || quarter(hires.quarter) AS period,
        unnest(places_of(hires.region_code, NULL)) AS place
    FROM marts.provider_hires AS hires
    INNER JOIN reference.domain_scopes AS scopes ON hires.domain_code = scopes.domain_code
    CROSS JOIN reference.settings AS settings
    WHERE
        scopes.scope_code <> 'unknown'
        AND hires.is_cooperative
        AND hires.quarter >= date_trunc('quarter', settings.as_of) - INTERVAL 2 YEAR
        AND CAST(hires.quarter + INTERVAL 3 MONTH AS DATE) - 1 < settings.as_of
),

broken_down AS (
    SELECT *, unnest(['all', CASE WHEN is_scop THEN 'scop' ELSE 'other' END]) AS breakdown
    FROM hires
)

SELECT
    contributor, part, period, place.level AS territory_level, place.code AS territory_code,
    scope_code, breakdown, 'hires' AS measure, CAST(sum(hires) AS DOUBLE) AS value
FROM broken_down
WHERE scope_code = 'all' OR (place.level = 'country' AND scope_code LIKE 'family_%')
GROUP BY ALL
