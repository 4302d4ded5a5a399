-- grain: one row per closed year, territory, scope and form
-- answers: how many of the providers on offer at the end of each closed year are co-operatives; all providers stand in published.providers
-- columns: period (year); territory_level (country, region); scope_code (all; families and domains for the country); breakdown: form (scop, other), together 'all'; measure providers; number, key (sum of the record keys of the providers)
-- protects: persons
WITH broken_down AS (
    SELECT *, unnest(['all', CASE WHEN is_scop THEN 'scop' ELSE 'other' END]) AS breakdown
    FROM marts.provider_quarters
    WHERE quarter(quarter) = 4 AND is_cooperative AND scope_code <> 'unknown'
),

ends AS (
    SELECT DISTINCT
        CAST(year(quarter) AS VARCHAR) AS period, contributor, scope_code, breakdown,
        unnest(places_of(region_code, NULL)) AS place
    FROM broken_down
)

SELECT
    period, place.level AS territory_level, place.code AS territory_code, scope_code, breakdown,
    'providers' AS measure, count(*) AS number, sum(record_key('providers', contributor)) AS key
FROM ends
WHERE scope_code = 'all' OR place.level = 'country'
GROUP BY ALL
