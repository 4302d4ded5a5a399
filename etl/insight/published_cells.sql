-- grain: one row per cell of the tables asked for: of all regions, or of one with its départements, beside the country and regions together
-- answers: What may partners see of jobs, projects, providers, hires and requests?
-- columns: table_name; period, territory_level, territory_code, scope_code, breakdown, measure; value (of persons rounded); low, high of a band; status shown|revised|rounded|fewer|withheld; only founders have rows of cohorts, compliance and cae_people
WITH cells AS (
    SELECT 'cae_people' AS table_name, * FROM published.cae_people
    UNION ALL BY NAME
    SELECT 'cohorts' AS table_name, * FROM published.cohorts
    UNION ALL BY NAME
    SELECT 'compliance' AS table_name, * FROM published.compliance
    UNION ALL BY NAME
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
    list_contains($tables, cells.table_name)
    AND cells.breakdown <> 'individual'
    AND (
        cells.territory_level IN ('country', 'other_regions')
        OR places.region_code = $region
        OR ($region = '' AND cells.territory_level = 'region')
    )
ORDER BY ALL
