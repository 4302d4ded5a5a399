-- grain: one row per département of the country (code FR) or of one region, and one per region of it
-- answers: What are the areas called, and how many people live there?
-- columns: level; code, name, region_code, population
SELECT level, code, name, region_code, population
FROM reference.territories
WHERE level IN ('region', 'departement') AND ($code = 'FR' OR region_code = $code)
ORDER BY level, strip_accents(name), code
