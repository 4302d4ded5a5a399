-- grain: one row per domain of the scope
-- answers: Which domains does a scope hold?
-- columns: domain_code
SELECT domain_code
FROM reference.domain_scopes
WHERE scope_code = $scope
ORDER BY domain_code
