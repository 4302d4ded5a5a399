-- grain: one row per cell of the tables: period, territory, domain scope, breakdown and measure
-- answers: Which share of providers and of hires do co-operatives hold?
-- columns: table_name; period (year), territory_level, territory_code, scope_code, breakdown, measure; value (of persons rounded); low, high of the band; status shown|rounded|fewer|withheld|revised
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value,
    low, high, status
FROM (
    SELECT 'cooperative_hires' AS table_name, * FROM published.cooperative_hires
    UNION ALL BY NAME
    SELECT 'providers' AS table_name, * FROM published.providers
    UNION ALL BY NAME
    SELECT 'cooperative_providers' AS table_name, * FROM published.cooperative_providers
    UNION ALL BY NAME
    SELECT 'hires' AS table_name, * FROM published.hires
)
WHERE breakdown <> 'individual' AND territory_level <> 'departement'
ORDER BY ALL
