-- grain: one row per closed year, territory (country, regions, départements), dimension (all, origin, form, cae) and its value, over all domains
-- answers: How many co-operatives lived, were born and ceased?
-- columns: year; level, code; dimension, breakdown; living at the year's end, births, exits, exits_undated as in published.cooperatives
SELECT
    CAST(period AS INTEGER) AS year, territory_level AS level, territory_code AS code,
    dimension, breakdown, living, births, exits,
    exits_undated
FROM published.cooperatives
WHERE scope_code = 'all' AND dimension IN ('all', 'origin', 'form', 'cae')
ORDER BY year, level, code, dimension, breakdown
