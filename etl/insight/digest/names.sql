-- grain: one row per domain scope, and per territory down to the département
-- answers: What are domains and territories called?
-- columns: kind scope|country|region|departement; code; name_fr, name_en
SELECT 'scope' AS kind, scope_code AS code, label_fr AS name_fr, label_en AS name_en
FROM reference.scopes
UNION ALL
SELECT level, code, name, name
FROM reference.territories
WHERE level IN ('country', 'region', 'departement')
ORDER BY kind, code
