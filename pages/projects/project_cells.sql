-- grain: one row per cell of the tables: period, territory, domain scope, breakdown and measure
-- answers: What becomes of the projects of the convention, with which euros, and do jobs come of them?
-- columns: table_name; period, territory_level, territory_code, scope_code, breakdown, measure; value; low, high of the band; status shown|withheld|revised
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value,
    low, high, status
FROM (
    SELECT 'project_euros' AS table_name, * FROM published.project_euros
    UNION ALL BY NAME
    SELECT 'project_jobs' AS table_name, * FROM published.project_jobs
    UNION ALL BY NAME
    SELECT 'project_survival' AS table_name, * FROM published.project_survival
    UNION ALL BY NAME
    SELECT 'funnel' AS table_name, * FROM published.funnel
    UNION ALL BY NAME
    SELECT 'projects' AS table_name, * FROM published.projects
)
ORDER BY ALL
