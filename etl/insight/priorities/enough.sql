-- grain: one row per commune and domain that at least k active providers reach
-- answers: where a further provider is not what is missing
-- columns: commune_code; scope_code (a domain's)
SELECT supply.commune_code, supply.scope_code
FROM marts.commune_supply AS supply
INNER JOIN reference.scopes AS scopes ON supply.scope_code = scopes.scope_code
WHERE scopes.scope_kind = 'domain' AND supply.providers >= $k
ORDER BY supply.commune_code, supply.scope_code
