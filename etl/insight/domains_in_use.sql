-- grain: one row per domain in use of the scope
-- answers: Over which domains is the coverage of several domains taken?
-- columns: domain_code
SELECT domain_code
FROM marts.domains_in_use
WHERE scope_code = $scope
ORDER BY domain_code
