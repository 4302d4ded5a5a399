-- grain: one row per département and region
-- answers: What are territories called?
-- columns: level; code; name; population
SELECT level, code, name, population
FROM reference.territories
WHERE level IN ('departement', 'region')
ORDER BY level, code
