-- grain: one row per contributor (siren), cell and measure
-- answers: how many of the jobs are permanent, qualified, or held by members, in each closed year
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all. No smaller cell: beside the jobs of all, those of the firms that declared everything would tell of the one that did not
-- breakdown: always 'all'
-- measures: declared_employees (headcount of the co-operatives that declared all four), permanent_employees, qualified_employees, member_employees of the same; a year is left out where fewer than 3 co-operatives, or one with more than 85 % of their jobs, make the difference to the jobs of all
-- protects: firms
WITH declared AS (
    SELECT
        *,
        permanent_employees IS NOT NULL AND qualified_employees IS NOT NULL
        AND member_employees IS NOT NULL AS is_complete
    FROM marts.cooperative_staff
    WHERE employees IS NOT NULL
),

safe AS (
    SELECT year
    FROM declared
    GROUP BY year
    HAVING
        count(*) FILTER (WHERE NOT is_complete) = 0
        OR (
            count(*) FILTER (WHERE NOT is_complete) >= 3
            AND max(employees) FILTER (WHERE NOT is_complete)
            <= 0.85 * sum(employees) FILTER (WHERE NOT is_complete)
        )
),

told AS (
    SELECT
        declared.siren, declared.year,
        unnest([
            {'measure': 'declared_employees', 'value': declared.employees},
            {'measure': 'permanent_employees', 'value': declared.permanent_employees},
            {'measure': 'qualified_employees', 'value': declared.qualified_employees},
            {'measure': 'member_employees', 'value': declared.member_employees}
        ]) AS told
    FROM declared
    INNER JOIN safe ON declared.year = safe.year
    CROSS JOIN reference.settings AS settings
    WHERE declared.is_complete AND make_date(declared.year, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, CAST(year AS VARCHAR) AS period, 'country' AS territory_level,
    'FR' AS territory_code, 'all' AS scope_code, 'all' AS breakdown, told.measure AS measure,
    CAST(told.value AS DOUBLE) AS value
FROM told
