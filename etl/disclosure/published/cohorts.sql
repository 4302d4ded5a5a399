-- grain: one row per contributor (siren), cell and measure
-- answers: what became of the jobs of each year's births after 3 and 5 years
-- columns: contributor, period (year of birth), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all
-- breakdown: always 'all'
-- measures: at_birth_3y and after_3y, at_birth_5y and after_5y: headcount of the co-operatives for which both ends are known (0 after where it has ceased)
-- protects: founders
WITH told AS (
    SELECT
        siren, birth_year,
        unnest([
            {'measure': 'at_birth_3y', 'value': at_birth_3y},
            {'measure': 'after_3y', 'value': after_3y},
            {'measure': 'at_birth_5y', 'value': at_birth_5y},
            {'measure': 'after_5y', 'value': after_5y}
        ]) AS told
    FROM marts.birth_cohorts
    CROSS JOIN reference.settings AS settings
    WHERE make_date(birth_year, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, CAST(birth_year AS VARCHAR) AS period, 'country' AS territory_level,
    'FR' AS territory_code, 'all' AS scope_code, 'all' AS breakdown, told.measure AS measure,
    CAST(told.value AS DOUBLE) AS value
FROM told
WHERE told.value IS NOT NULL
