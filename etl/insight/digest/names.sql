-- grain: one row per domain and per département
-- answers: What are domains and départements called?
-- columns: kind domain|departement; code; name_fr, name_en
SELECT 'domain' AS kind, domain_code AS code, label_fr AS name_fr, label_en AS name_en
FROM reference.domains
UNION ALL
SELECT 'departement', code, name, name
FROM reference.territories
WHERE level = 'departement'
ORDER BY kind, code
