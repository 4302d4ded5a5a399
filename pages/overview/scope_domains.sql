-- grain: one row per scope and domain of it
-- answers: Which domains does a scope hold?
-- columns: scope_code; domain_code
SELECT scope_code, domain_code
FROM reference.domain_scopes
ORDER BY scope_code, domain_code
