-- grain: one row per contributor (siren), cell and measure
-- answers: how many people work in co-operatives at the end of each closed year
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country in all scopes, families and domains (headcount; full-time equivalents in scope all only); regions in scope all. No départements: nearly all have one or two firms
-- breakdown: always 'all'
-- measures: employees (headcount), employees_fte (full-time equivalents); only of co-operatives that declared them
-- relations: employees_fte <= employees
-- protects: firms
WITH staff AS (
    SELECT
        staff.siren, staff.year, scopes.scope_code, staff.employees, staff.employees_fte,
        unnest(places_of(staff.region_code, NULL)) AS place
    FROM marts.cooperative_staff AS staff
    INNER JOIN marts.cooperative_scopes AS scopes ON staff.siren = scopes.siren
    CROSS JOIN reference.settings AS settings
    WHERE scopes.scope_code <> 'unknown' AND make_date(staff.year, 12, 31) < settings.as_of
),

measured AS (
    SELECT *, unnest([
        {'measure': 'employees', 'value': CAST(employees AS DOUBLE)},
        {'measure': 'employees_fte', 'value': CAST(employees_fte AS DOUBLE)}
    ]) AS told
    FROM staff
    WHERE place.level = 'country' OR scope_code = 'all'
)

SELECT
    siren AS contributor, CAST(year AS VARCHAR) AS period, place.level AS territory_level,
    place.code AS territory_code, scope_code, 'all' AS breakdown, told.measure AS measure,
    told.value AS value
FROM measured
WHERE
    told.value IS NOT NULL
    AND (scope_code = 'all' OR told.measure = 'employees')
