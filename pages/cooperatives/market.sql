-- grain: one row per cell of the tables: period, territory, domain scope, breakdown and measure
-- answers: Which share of providers and of hires do co-operatives hold?
-- columns: table_name; period, territory_level, territory_code, scope_code, breakdown, measure; value; status shown|withheld; reason few|secondary where withheld
SELECT
    table_name, period, territory_level, territory_code, scope_code, breakdown, measure, value,
    status, reason
FROM (
    SELECT 'providers' AS table_name, * FROM published.providers
    UNION ALL BY NAME
    SELECT 'cooperative_providers' AS table_name, * FROM published.cooperative_providers
    UNION ALL BY NAME
    SELECT 'hires' AS table_name, * FROM published.hires
    UNION ALL BY NAME
    SELECT 'cooperative_hires' AS table_name, * FROM published.cooperative_hires
)
WHERE breakdown <> 'individual' AND territory_level <> 'departement'
ORDER BY ALL
