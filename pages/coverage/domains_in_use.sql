-- grain: one row per domain of the scope that is in use: an active provider offers it or a request asked for it
-- answers: Over which domains is a coverage taken, and which rows has the heatmap?
-- columns: domain_code; a domain that the reader chose by name counts even when nobody uses it
WITH used AS (
    SELECT scope_code AS domain_code
    FROM marts.territory_supply
    WHERE level = 'country' AND kind = 'all' AND providers_based > 0
    UNION
    SELECT domain_code
    FROM marts.request_months
)

SELECT scopes.domain_code
FROM reference.domain_scopes AS scopes
INNER JOIN reference.scopes AS labels ON scopes.domain_code = labels.scope_code
WHERE
    scopes.scope_code = $scope
    AND scopes.domain_code <> 'unknown'
    AND (scopes.domain_code = $scope OR scopes.domain_code IN (SELECT domain_code FROM used))
ORDER BY labels.sort_order, scopes.domain_code
