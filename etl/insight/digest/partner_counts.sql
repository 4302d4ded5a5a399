-- grain: one row per territory (country, région, département) and domain scope with a co-operative, in the last closed year
-- answers: How many co-operatives live, were born and ceased?
-- columns: period (year); level, code, scope_code; living at the year's end, births, exits
SELECT
    period, territory_level AS level, territory_code AS code, scope_code, living, births, exits
FROM published.cooperatives
WHERE dimension = 'all' AND period = (SELECT max(period) FROM published.cooperatives)
ORDER BY level, code, scope_code
