-- grain: one row
-- answers: What was loaded since the previous build?
-- columns: as in scope_loads.sql
SELECT * EXCLUDE (scope_code)
FROM scope_loads
WHERE scope_code = $scope
