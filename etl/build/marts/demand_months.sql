-- grain: one row per month, département, domain scope, way of placing and number of active providers that reach the commune a request came from
-- answers: how much of the demand lands where enough providers would come, for any k up to 10
-- columns: providers 0 to 10, 10 = ten or more; requests, known, filled as in commune_requests (requests whose commune is known, or with is_point the one nearest to them, at the horizon of the settings)
SELECT
    counts.month,
    counts.departement_code,
    counts.region_code,
    scopes.scope_code,
    counts.is_point,
    CAST(least(10, coalesce(supply.providers, 0)) AS TINYINT) AS providers,
    CAST(sum(counts.requests) AS BIGINT) AS requests,
    CAST(sum(counts.known) AS BIGINT) AS known,
    CAST(sum(counts.filled) AS BIGINT) AS filled
FROM marts.commune_requests AS counts
INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
LEFT JOIN marts.commune_supply AS supply USING (commune_code, scope_code)
GROUP BY ALL
ORDER BY scopes.scope_code, counts.month, counts.departement_code, providers, counts.is_point
