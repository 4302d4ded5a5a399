-- grain: one row per territory of the asked level inside the asked one
-- answers: Which areas does a map or a table show, and how many people live in each?
-- columns: code (INSEE); name; parent_code; population (persons); latitude, longitude (degrees, of a
--   point inside the commune; NULL above communes)
SELECT
    territories.code, territories.name, territories.parent_code, territories.population,
    communes.latitude, communes.longitude
FROM reference.territories AS territories
LEFT JOIN reference.communes AS communes
    ON territories.level = 'commune' AND territories.code = communes.commune_code
WHERE
    territories.level = $level
    AND lies_within(
        $within_level, $within_code,
        territories.region_code, territories.departement_code, territories.commune_code
    )
ORDER BY territories.code
