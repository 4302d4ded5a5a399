-- grain: one row per region
-- answers: What are the regions called?
-- columns: code, name
SELECT code, name
FROM reference.territories
WHERE level = 'region'
ORDER BY strip_accents(name), code
