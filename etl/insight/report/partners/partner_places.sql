-- grain: one row per region and département
-- answers: What are territories called, how many people live there, and which CAE stands nearest?
-- columns: level, code, name, region_code, population; cae, km (of a département)
SELECT places.level, places.code, places.name, places.region_code, places.population, caes.name AS cae, caes.km
FROM reference.territories AS places
LEFT JOIN published.nearest_caes AS caes
    ON places.level = caes.territory_level AND places.code = caes.territory_code
WHERE places.level IN ('region', 'departement')
ORDER BY places.level, places.code
