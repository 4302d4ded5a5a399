-- grain: one row per territory below the country and name of it
-- answers: Which territories can words name, and which range of places is each?
-- columns: level; code; name; phrase (a folded name); kind (official, or as in place_names.csv);
--   departement_code; low, high (place_number); providers (based there); population
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
),

names AS (
    SELECT level, code, fold(name) AS phrase, 'official' AS kind
    FROM reference.territories
    UNION ALL
    SELECT level, code, fold(name), kind
    FROM reference.place_names
    WHERE kind <> 'official'
)

SELECT
    ranges.level, ranges.code, territories.name, names.phrase, names.kind,
    territories.departement_code, ranges.low, ranges.high, ranges.providers,
    territories.population
FROM ranges
INNER JOIN reference.territories AS territories USING (level, code)
INNER JOIN names USING (level, code)
ORDER BY territories.population DESC, ranges.level, ranges.code, names.phrase, names.kind
