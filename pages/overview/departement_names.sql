-- grain: one row per département
-- answers: What is a département called?
-- columns: code (INSEE); name
SELECT code, name
FROM reference.territories
WHERE level = 'departement'
ORDER BY code
