-- grain: one row per co-operative (siren), closed year and measure
-- answers: which share of the jobs is permanent, qualified, or held by members, in each closed year
-- columns: contributor, region_code, period (year), measure, value, base (its headcount)
-- measures: permanent_share, qualified_share, member_share = value / base over the co-operatives that declared all four
-- decimals: 2
-- at_most: permanent_share = employees; qualified_share = employees; member_share = employees
-- protects: firms
WITH declared AS (
    SELECT
        siren, year, region_code, employees,
        unnest([
            {'measure': 'permanent_share', 'value': permanent_employees},
            {'measure': 'qualified_share', 'value': qualified_employees},
            {'measure': 'member_share', 'value': member_employees}
        ]) AS told
    FROM marts.cooperative_staff
    CROSS JOIN reference.settings AS settings
    WHERE
        employees IS NOT NULL AND permanent_employees IS NOT NULL
        AND qualified_employees IS NOT NULL AND member_employees IS NOT NULL
        AND make_date(year, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, region_code, CAST(year AS VARCHAR) AS period, told.measure AS measure,
    CAST(told.value AS DOUBLE) AS value, CAST(employees AS DOUBLE) AS base
FROM declared
