-- grain: one row per département
-- answers: Which départements are there to show the rows of a file in?
-- columns: code; name
SELECT code, name
FROM reference.territories
WHERE level = 'departement'
ORDER BY code
