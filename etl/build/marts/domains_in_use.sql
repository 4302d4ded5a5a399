-- grain: one row per domain scope and domain that a coverage of the scope is taken over
-- answers: which domains of a scope are in use: an active provider offers them or a request asked for them
-- columns: scope_code, domain_code; a domain asked for by its own name counts even when nobody uses it
WITH used AS (
    SELECT scope_code AS domain_code
    FROM marts.territory_supply
    WHERE level = 'country' AND kind = 'all' AND providers_based > 0
    UNION
    SELECT domain_code
    FROM marts.request_months
)

SELECT scopes.scope_code, scopes.domain_code
FROM reference.domain_scopes AS scopes
INNER JOIN reference.scopes AS labels ON scopes.domain_code = labels.scope_code
WHERE
    scopes.domain_code <> 'unknown'
    AND (
        scopes.domain_code = scopes.scope_code
        OR scopes.domain_code IN (SELECT domain_code FROM used)
    )
ORDER BY scopes.scope_code, labels.sort_order
