-- grain: one row per closed year, territory, scope and kind
-- answers: how many providers were on offer at the end of each closed year, and how many of them individuals
-- columns: period (year); territory_level (country, region, departement); scope_code (all; families and domains for the country, families for regions); breakdown (all, individual); measure providers; number, key (sum of the record keys of the providers)
-- protects: persons
WITH broken_down AS (
    SELECT *, unnest(CASE WHEN kind = 'individual' THEN ['all', 'individual'] ELSE ['all'] END) AS breakdown
    FROM marts.provider_quarters
    WHERE quarter(quarter) = 4 AND scope_code <> 'unknown'
),

ends AS (
    SELECT DISTINCT
        CAST(year(quarter) AS VARCHAR) AS period, contributor, scope_code, breakdown,
        unnest(places_of(region_code, departement_code)) AS place
    FROM broken_down
)

SELECT
    period, place.level AS territory_level, place.code AS territory_code, scope_code, breakdown,
    'providers' AS measure, count(*) AS number, sum(record_key('providers', contributor)) AS key
FROM ends
WHERE
    scope_code = 'all' OR place.level = 'country'
    OR (place.level = 'region' AND scope_code LIKE 'family_%')
GROUP BY ALL
