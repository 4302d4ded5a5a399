-- grain: one row per domain of the scope that an active provider offers or a request asked for
-- answers: Over which domains is the coverage of several domains taken?
-- columns: domain_code
SELECT domain_code
FROM reference.domain_scopes
WHERE
    scope_code = $scope
    AND domain_code <> 'unknown'
    AND domain_code IN (
        SELECT scope_code FROM marts.territory_supply
        WHERE level = 'country' AND kind = 'all' AND providers_based > 0
        UNION
        SELECT domain_code FROM marts.request_months
    )
ORDER BY domain_code
