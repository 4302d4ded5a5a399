-- grain: one row per département and region
-- answers: What are territories called, and which lie in the place asked for?
-- columns: level; code; name; population; is_here
SELECT
    level, code, name, population,
    coalesce(
        lies_within($within_level, $within_code, region_code, departement_code, commune_code), FALSE
    ) AS is_here
FROM reference.territories
WHERE level IN ('departement', 'region')
ORDER BY level, code
