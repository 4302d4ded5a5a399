-- grain: one row per closed year, dimension and its value, of one territory and domain scope
-- answers: How many co-operatives live, were born and ceased each year, by form, origin, kind of exit and CAE?
-- columns: year; dimension all|form|origin|cae|exit_kind and breakdown; living at the year's end, births, exits, exits_undated, born_living (as in published.cooperatives; born_living empty in what was told before it was); the dimensions other than all are there for the country and for regions in all domains
SELECT
    CAST(period AS INTEGER) AS year, dimension, breakdown,
    CAST(living AS BIGINT) AS living, CAST(births AS BIGINT) AS births,
    CAST(exits AS BIGINT) AS exits, CAST(exits_undated AS BIGINT) AS exits_undated,
    CAST(born_living AS BIGINT) AS born_living
FROM (
    FROM published.cooperatives
    UNION ALL BY NAME
    SELECT CAST(NULL AS BIGINT) AS born_living WHERE FALSE
)
WHERE territory_level = $level AND territory_code = $code AND scope_code = $scope
ORDER BY year, dimension, breakdown
