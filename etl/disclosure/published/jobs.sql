-- grain: one row per co-operative (siren), closed year and measure
-- answers: how many people work in co-operatives at the end of each closed year
-- columns: contributor, region_code, period (year), measure, value
-- measures: employees (headcount), employees_fte (full-time equivalents); only of co-operatives that declared them
-- country_only: employees_fte
-- final: employees_fte
-- at_most: employees_fte = employees
-- protects: firms
WITH measured AS (
    SELECT
        siren, year, region_code,
        unnest([
            {'measure': 'employees', 'value': CAST(employees AS DOUBLE)},
            {'measure': 'employees_fte', 'value': CAST(employees_fte AS DOUBLE)}
        ]) AS told
    FROM marts.cooperative_staff
    CROSS JOIN reference.settings AS settings
    WHERE make_date(year, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, region_code, CAST(year AS VARCHAR) AS period, told.measure AS measure,
    told.value AS value
FROM measured
WHERE told.value IS NOT NULL
