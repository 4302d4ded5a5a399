-- grain: one row per area of a level, of the whole country (code FR) or of one region
-- answers: Where do co-operatives live, and where do they grow?
-- columns: code, name, population; living of the form asked for at the end of the year, births, exits in it; per_million = living per million inhabitants
WITH told AS (
    SELECT territory_code, living, births, exits
    FROM published.cooperatives
    WHERE
        dimension = $dimension AND breakdown = $breakdown AND scope_code = $scope AND territory_level = $by
        AND period = CAST($year AS VARCHAR)
)

SELECT
    areas.code, areas.name, areas.population,
    CAST(coalesce(told.living, 0) AS BIGINT) AS living,
    CAST(coalesce(told.births, 0) AS BIGINT) AS births,
    CAST(coalesce(told.exits, 0) AS BIGINT) AS exits,
    coalesce(told.living, 0) * 1e6 / nullif(areas.population, 0) AS per_million
FROM reference.territories AS areas
LEFT JOIN told ON areas.code = told.territory_code
WHERE areas.level = $by AND ($code = 'FR' OR areas.region_code = $code)
ORDER BY living DESC, areas.code
