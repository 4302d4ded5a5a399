-- grain: one row per contributor (siren), cell and measure
-- answers: how many of the jobs are permanent, qualified, or held by members, in each closed year
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country and regions in scope all
-- breakdown: always 'all'
-- measures: declared_employees (headcount of the co-operatives that declared all four), permanent_employees, qualified_employees, member_employees of the same
-- relations: declared_employees = employees; permanent_employees <= declared_employees; qualified_employees <= declared_employees; member_employees <= declared_employees
-- protects: firms
WITH declared AS (
    SELECT *, unnest(places_of(region_code, NULL)) AS place
    FROM marts.cooperative_staff
    CROSS JOIN reference.settings AS settings
    WHERE
        employees IS NOT NULL AND permanent_employees IS NOT NULL
        AND qualified_employees IS NOT NULL AND member_employees IS NOT NULL
        AND make_date(year, 12, 31) < settings.as_of
),

measured AS (
    SELECT
        siren, year, place,
        unnest([
            {'measure': 'declared_employees', 'value': employees},
            {'measure': 'permanent_employees', 'value': permanent_employees},
            {'measure': 'qualified_employees', 'value': qualified_employees},
            {'measure': 'member_employees', 'value': member_employees}
        ]) AS told
    FROM declared
)

SELECT
    siren AS contributor, CAST(year AS VARCHAR) AS period, place.level AS territory_level,
    place.code AS territory_code, 'all' AS scope_code, 'all' AS breakdown,
    told.measure AS measure, CAST(told.value AS DOUBLE) AS value
FROM measured
