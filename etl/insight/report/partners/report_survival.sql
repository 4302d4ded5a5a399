-- grain: one row per origin, birth cohort and number of years lived, for a territory
-- answers: How many co-operatives survive 1 to 10 years?
-- columns: origin, cohort, years; survival, low, high (95 %), NULL where it cannot be told; followed, at_risk, exits; why it cannot be told
SELECT origin, cohort, years, survival, low, high, followed, at_risk, exits, why
FROM published.survival
WHERE territory_level = $level AND territory_code = $code AND scope_code = 'all' AND form = 'all'
ORDER BY origin, cohort, years
