-- grain: one row per table of the list and cell of it: all of them, or those of the country, of regions together, and of a region asked for with its départements
-- answers: What may partners see of jobs, projects, providers, hires and requests?
-- columns: table_name, period, territory_level, territory_code, scope_code, breakdown, measure; value; low, high of a band; status shown|revised|rounded|fewer|withheld
WITH cells AS (
    SELECT 'cooperative_hires' AS table_name, * FROM published.cooperative_hires
    UNION ALL BY NAME
    SELECT 'cooperative_providers' AS table_name, * FROM published.cooperative_providers
    UNION ALL BY NAME
    SELECT 'funnel' AS table_name, * FROM published.funnel
    UNION ALL BY NAME
    SELECT 'hires' AS table_name, * FROM published.hires
    UNION ALL BY NAME
    SELECT 'job_flows' AS table_name, * FROM published.job_flows
    UNION ALL BY NAME
    SELECT 'jobs' AS table_name, * FROM published.jobs
    UNION ALL BY NAME
    SELECT 'lasting' AS table_name, * FROM published.lasting
    UNION ALL BY NAME
    SELECT 'openings' AS table_name, * FROM published.openings
    UNION ALL BY NAME
    SELECT 'project_euros' AS table_name, * FROM published.project_euros
    UNION ALL BY NAME
    SELECT 'project_jobs' AS table_name, * FROM published.project_jobs
    UNION ALL BY NAME
    SELECT 'project_survival' AS table_name, * FROM published.project_survival
    UNION ALL BY NAME
    SELECT 'projects' AS table_name, * FROM published.projects
    UNION ALL BY NAME
    SELECT 'providers' AS table_name, * FROM published.providers
)

SELECT
    cells.table_name, cells.period, cells.territory_level, cells.territory_code, cells.scope_code,
    cells.breakdown, cells.measure, cells.value, cells.low, cells.high, cells.status
FROM cells
LEFT JOIN reference.territories AS places
    ON cells.territory_level = places.level AND cells.territory_code = places.code
WHERE
    $region = '' OR places.region_code = $region
    OR cells.territory_level IN ('country', 'other_regions')
ORDER BY ALL
