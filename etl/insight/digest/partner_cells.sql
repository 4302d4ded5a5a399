-- grain: one row per table, territory and domain scope, in the last year or quarter of the table
-- answers: How many jobs, projects under way, providers on offer and co-operatives among them?
-- columns: measure jobs|under_way|providers|cooperative_providers; period; level, code, scope_code; value (NULL where withheld); status shown|withheld
SELECT
    measure, period, territory_level AS level, territory_code AS code, scope_code, value, status
FROM (
    SELECT
        'jobs' AS measure, period, territory_level, territory_code, scope_code, value, status
    FROM published.jobs
    WHERE measure = 'employees' AND breakdown = 'all'
    UNION ALL
    SELECT 'under_way', period, territory_level, territory_code, scope_code, value, status
    FROM published.projects_under_way
    WHERE measure = 'under_way' AND breakdown = 'all'
    UNION ALL
    SELECT 'providers', period, territory_level, territory_code, scope_code, value, status
    FROM published.providers
    WHERE measure = 'providers' AND breakdown = 'all'
    UNION ALL
    SELECT
        'cooperative_providers', period, territory_level, territory_code, scope_code, value, status
    FROM published.cooperative_providers
    WHERE measure = 'providers' AND breakdown = 'all'
)
QUALIFY period = max(period) OVER (PARTITION BY measure)
ORDER BY measure, level, code, scope_code
