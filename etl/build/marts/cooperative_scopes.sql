-- grain: one row per co-operative and domain scope (a domain, its family, all)
-- answers: in which scopes a co-operative counts once
-- columns: siren, scope_code; a co-operative without a domain stands in 'unknown' and 'all'
SELECT DISTINCT cooperatives.siren, scopes.scope_code
FROM (
    SELECT
        siren,
        unnest(CASE WHEN len(domain_codes) > 0 THEN domain_codes ELSE ['unknown'] END)
            AS domain_code
    FROM staging.cooperatives
) AS cooperatives
INNER JOIN reference.domain_scopes AS scopes ON cooperatives.domain_code = scopes.domain_code
ORDER BY cooperatives.siren, scopes.scope_code
