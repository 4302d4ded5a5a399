-- grain: one row per contributor (provider), cell and measure
-- answers: how many hires the marketplace led to in each closed quarter, whoever was hired
-- columns: contributor, part (the domain and region of the hires: those of one contributor add up), period (quarter, those of the last two years), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country in all scopes, families and domains; regions in scope all
-- breakdown: always 'all'
-- measures: hires (those whose provider is named)
-- protects: persons
WITH hires AS (
    SELECT
        hires.contributor, scopes.scope_code, hires.hires,
        hires.domain_code || '@' || coalesce(hires.region_code, '') AS part,
        strftime(hires.quarter, '%Y') || '-Q' || quarter(hires.quarter) AS period,
        unnest(places_of(hires.region_code, NULL)) AS place
    FROM marts.provider_hires AS hires
    INNER JOIN reference.domain_scopes AS scopes ON hires.domain_code = scopes.domain_code
    CROSS JOIN reference.settings AS settings
    WHERE
        scopes.scope_code <> 'unknown'
        AND hires.quarter >= date_trunc('quarter', settings.as_of) - INTERVAL 2 YEAR
        AND CAST(hires.quarter + INTERVAL 3 MONTH AS DATE) - 1 < settings.as_of
)

SELECT
    contributor, part, period, place.level AS territory_level, place.code AS territory_code,
    scope_code, 'all' AS breakdown, 'hires' AS measure, CAST(sum(hires) AS DOUBLE) AS value
FROM hires
WHERE place.level = 'country' OR scope_code = 'all'
GROUP BY ALL
