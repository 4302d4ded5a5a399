-- grain: one row per table of the list whose contributors are protected, and cell of it
-- answers: What may partners see of jobs, projects, providers and hires?
-- columns: table_name, period, territory_level, territory_code, scope_code, breakdown, measure; value; status shown|withheld; reason few|secondary where withheld
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value,
    status, reason
FROM (
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
SELECT 'pipeline' AS table_name, * FROM published.pipeline
UNION ALL BY NAME
SELECT 'project_jobs' AS table_name, * FROM published.project_jobs
UNION ALL BY NAME
SELECT 'projects_under_way' AS table_name, * FROM published.projects_under_way
UNION ALL BY NAME
SELECT 'providers' AS table_name, * FROM published.providers
)
ORDER BY ALL
