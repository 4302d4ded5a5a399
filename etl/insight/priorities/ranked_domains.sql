-- grain: one row per domain
-- answers: which domains are ranked, and in which order they make cells
-- columns: scope_code; place, from 0; domains (how many there are)
SELECT
    scope_code,
    row_number() OVER (ORDER BY scope_code) - 1 AS place,
    count(*) OVER () AS domains
FROM reference.scopes
WHERE scope_kind = 'domain'
ORDER BY place
