-- grain: one row per domain of a scope
-- answers: Which domains belong to a scope?
-- columns: domain_code
SELECT domain_code FROM reference.domain_scopes WHERE scope_code = $scope ORDER BY domain_code
