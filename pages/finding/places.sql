-- grain: one row per territory below the country
-- answers: Which territories can words name, and which range of places is each?
-- columns: level; code; name; phrase (folded name); departement_code; low, high (place_number);
--   providers (based there)
WITH parts AS (
    SELECT 'region' AS level, region_code AS code, place_number, providers
    FROM marts.search_places
    UNION ALL
    SELECT 'departement', departement_code, place_number, providers
    FROM marts.search_places
    UNION ALL
    SELECT 'commune', commune_code, place_number, providers
    FROM marts.search_places
),

ranges AS (
    SELECT
        level, code, min(place_number) AS low, max(place_number) AS high,
        sum(providers) AS providers
    FROM parts
    WHERE code IS NOT NULL
    GROUP BY level, code
)

SELECT
    ranges.level, ranges.code, territories.name, fold(territories.name) AS phrase,
    territories.departement_code, ranges.low, ranges.high, ranges.providers
FROM ranges
INNER JOIN reference.territories AS territories
    ON ranges.level = territories.level AND ranges.code = territories.code
ORDER BY ranges.providers DESC, ranges.level, ranges.code
