-- grain: one row per contributor (siren), cell and measure
-- answers: what became of the jobs of each year's births after 3 and 5 years
-- columns: contributor, period (year of birth), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all
-- breakdown: always 'all'
-- measures: at_birth_3y and after_3y, headcount of the co-operatives for which both ends are known (0 after where it has ceased); at_birth_5y and after_5y, the same of those known after 3 and 5 years: left out where fewer than 3 co-operatives, or one with more than 85 % of their jobs, make the difference to those known after 3
-- protects: firms
WITH followed AS (
    SELECT
        *,
        after_3y IS NOT NULL AND after_5y IS NOT NULL AS is_known_5y
    FROM marts.birth_cohorts
    CROSS JOIN reference.settings AS settings
    WHERE after_3y IS NOT NULL AND make_date(birth_year, 12, 31) < settings.as_of
),

safe AS (
    SELECT birth_year
    FROM followed
    GROUP BY birth_year
    HAVING
        count(*) FILTER (WHERE NOT is_known_5y) = 0
        OR (
            count(*) FILTER (WHERE NOT is_known_5y) >= 3
            AND max(at_birth) FILTER (WHERE NOT is_known_5y)
            <= 0.85 * sum(at_birth) FILTER (WHERE NOT is_known_5y)
            AND max(after_3y) FILTER (WHERE NOT is_known_5y)
            <= 0.85 * sum(after_3y) FILTER (WHERE NOT is_known_5y)
        )
),

told AS (
    SELECT
        followed.siren, followed.birth_year,
        unnest([
            {'measure': 'at_birth_3y', 'value': followed.at_birth_3y},
            {'measure': 'after_3y', 'value': followed.after_3y},
            {
                'measure': 'at_birth_5y',
                'value': CASE WHEN is_known_5y AND safe.birth_year IS NOT NULL THEN followed.at_birth_5y END
            },
            {
                'measure': 'after_5y',
                'value': CASE WHEN is_known_5y AND safe.birth_year IS NOT NULL THEN followed.after_5y END
            }
        ]) AS told
    FROM followed
    LEFT JOIN safe ON followed.birth_year = safe.birth_year
)

SELECT
    siren AS contributor, CAST(birth_year AS VARCHAR) AS period, 'country' AS territory_level,
    'FR' AS territory_code, 'all' AS scope_code, 'all' AS breakdown, told.measure AS measure,
    CAST(told.value AS DOUBLE) AS value
FROM told
WHERE told.value IS NOT NULL
