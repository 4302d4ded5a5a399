-- grain: one row per cell of the tables: period, territory, domain scope, breakdown and measure
-- answers: How many jobs do co-operatives offer, gain, keep and lose?
-- columns: table_name; period, territory_level, territory_code, scope_code, breakdown, measure; value; low, high of the band; status shown|withheld|revised
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value,
    low, high, status
FROM (
    SELECT 'jobs' AS table_name, * FROM published.jobs
    UNION ALL BY NAME
    SELECT 'job_flows' AS table_name, * FROM published.job_flows
)
ORDER BY ALL
