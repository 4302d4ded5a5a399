-- grain: one row per cell of the tables: period, territory, domain scope, breakdown and measure
-- answers: Are the jobs lasting, qualified and shared, and do co-operatives keep to their form?
-- columns: table_name; period, territory_level, territory_code, scope_code, breakdown, measure; value; low, high of the band; status shown|withheld|revised; only founders have rows of cohorts, compliance and cae_people
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value,
    low, high, status
FROM (
    SELECT 'lasting' AS table_name, * FROM published.lasting
    UNION ALL BY NAME
    SELECT 'cohorts' AS table_name, * FROM published.cohorts
    UNION ALL BY NAME
    SELECT 'compliance' AS table_name, * FROM published.compliance
    UNION ALL BY NAME
    SELECT 'cae_people' AS table_name, * FROM published.cae_people
)
ORDER BY ALL
