-- grain: one row per domain
-- answers: To which family does a domain belong?
-- columns: domain_code; family_scope = the scope of its family
SELECT domain_code, 'family_' || family_code AS family_scope
FROM reference.domains
ORDER BY domain_code
