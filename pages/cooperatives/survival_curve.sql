-- grain: one row per territory, form, origin, birth cohort and number of years lived, of one domain scope
-- answers: How many co-operatives survive 1 to 10 years?
-- columns: level, code; form ('all', scop, scic), origin, cohort ('all' or one); years; survival, low, high (95 %), NULL where it cannot be told and why; followed, at_risk, exits
SELECT
    territory_level AS level, territory_code AS code, form, origin, cohort, years, survival, low, high,
    followed, at_risk, exits, why
FROM published.survival
WHERE scope_code = $scope
ORDER BY level, code, form, origin, cohort, years
