-- grain: one row per origin, birth cohort and number of years lived, of one territory and domain scope
-- answers: How many co-operatives survive 1 to 10 years?
-- columns: origin, cohort ('all' or one); years; survival, low, high (95 %), NULL where it cannot be told and why; followed, at_risk, exits
SELECT origin, cohort, years, survival, low, high, followed, at_risk, exits, why
FROM published.survival
WHERE territory_level = $level AND territory_code = $code AND scope_code = $scope
ORDER BY origin, cohort, years
