-- grain: one row per region and département
-- answers: What are territories called, and how many people live there?
-- columns: level, code, name, population
SELECT level, code, name, population
FROM reference.territories
WHERE level IN ('region', 'departement')
ORDER BY level, code
