-- grain: one row per scope and domain of it
-- answers: Which domains belong to a scope?
-- columns: scope_code; domain_code
SELECT scope_code, domain_code
FROM reference.domain_scopes
ORDER BY scope_code, domain_code
