-- grain: one row per contributor (siren), cell and measure
-- answers: how many jobs the projects had planned that became co-operatives, and how many there are
-- columns: contributor, period (year of registration), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all
-- breakdown: always 'all'
-- measures: planned_jobs, realised_jobs (headcount at the end of the first year declared), of projects where both are known
-- relations: realised_jobs = employees; realised_jobs = employees[+1]
-- protects: firms
WITH told AS (
    SELECT
        siren, year(registered_on) AS year,
        unnest([
            {'measure': 'planned_jobs', 'value': CAST(planned_jobs AS DOUBLE)},
            {'measure': 'realised_jobs', 'value': CAST(realised_jobs AS DOUBLE)}
        ]) AS told
    FROM marts.projects
    CROSS JOIN reference.settings AS settings
    WHERE
        planned_jobs IS NOT NULL AND realised_jobs IS NOT NULL
        -- the year after may be the first declared: only then does the figure stand still
        AND make_date(year(registered_on) + 1, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, CAST(year AS VARCHAR) AS period, 'country' AS territory_level,
    'FR' AS territory_code, 'all' AS scope_code, 'all' AS breakdown, told.measure AS measure,
    told.value AS value
FROM told
