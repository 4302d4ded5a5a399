-- grain: one row per table, territory, domain scope and breakdown, in the last year of the table
-- answers: How many jobs, projects under way, providers on offer and co-operatives among them, and requests that nobody met?
-- columns: table_name; the cell (period, territory_level, territory_code, scope_code, breakdown, measure); value; low, high of a band; status shown|revised|rounded|fewer|withheld
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value, low,
    high, status
FROM (
    SELECT 'jobs' AS table_name, * FROM published.jobs WHERE measure = 'employees'
    UNION ALL BY NAME
    SELECT 'projects' AS table_name, * FROM published.projects WHERE measure = 'under_way'
    UNION ALL BY NAME
    SELECT 'providers' AS table_name, * FROM published.providers WHERE breakdown = 'all'
    UNION ALL BY NAME
    SELECT 'cooperative_providers' AS table_name, * FROM published.cooperative_providers
    WHERE breakdown IN ('all', 'scop')
)
QUALIFY period = max(period) OVER (PARTITION BY table_name)
ORDER BY table_name, territory_level, territory_code, scope_code, breakdown
