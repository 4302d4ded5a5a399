-- grain: one row per domain of the scope that is in use: an active provider offers it or a request asked for it
-- answers: Over which domains is the coverage taken?
-- columns: domain_code; a domain that the reader chose by name counts even when nobody uses it
WITH used AS (
    SELECT scope_code AS domain_code
    FROM marts.territory_supply
    WHERE level = 'country' AND kind = 'all' AND providers_based > 0
    UNION
    SELECT domain_code
    FROM marts.request_months
)

SELECT domain_code
FROM reference.domain_scopes
WHERE
    scope_code = $scope
    AND domain_code <> 'unknown'
    AND (domain_code = $scope OR domain_code IN (SELECT domain_code FROM used))
ORDER BY domain_code
