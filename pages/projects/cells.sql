-- grain: one row per cell of the tables: period, territory, domain scope, breakdown and measure
-- answers: What becomes of the projects of the convention?
-- columns: table_name; period, territory_level, territory_code, scope_code, breakdown, measure; value; status shown|withheld; reason few|secondary where withheld
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value,
    status, reason
FROM (
    SELECT 'funnel' AS table_name, * FROM published.funnel
    UNION ALL BY NAME
    SELECT 'pipeline' AS table_name, * FROM published.pipeline
    UNION ALL BY NAME
    SELECT 'project_jobs' AS table_name, * FROM published.project_jobs
    UNION ALL BY NAME
    SELECT 'projects_under_way' AS table_name, * FROM published.projects_under_way
)
ORDER BY ALL
