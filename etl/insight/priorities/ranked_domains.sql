-- grain: one row per domain
-- answers: which domains are ranked, and in which order they make cells
-- columns: scope_code
SELECT scope_code
FROM reference.scopes
WHERE scope_kind = 'domain'
ORDER BY scope_code
