-- grain: one row per territory of the last closed year: the country, and its regions and départements or those of one region
-- answers: How much of the demand of a domain scope is not met, and where?
-- columns: period (year); level, code, name, region_code; requests with a known outcome and unmet of them (of persons: rounded, NULL where fewer than 5, 0 without a row), each with its status
WITH told AS (
    SELECT
        territory_level, territory_code,
        max(value) FILTER (WHERE measure = 'requests') AS requests,
        max(status) FILTER (WHERE measure = 'requests') AS requests_status,
        max(value) FILTER (WHERE measure = 'unmet') AS unmet,
        max(status) FILTER (WHERE measure = 'unmet') AS unmet_status
    FROM published.openings
    WHERE scope_code = $scope AND period = (SELECT max(period) FROM published.openings)
    GROUP BY ALL
)

SELECT
    (SELECT max(period) FROM published.openings) AS period,
    areas.level, areas.code, areas.name, areas.region_code,
    CASE WHEN told.requests_status IS NULL THEN 0 ELSE told.requests END AS requests,
    coalesce(told.requests_status, 'shown') AS requests_status,
    CASE WHEN told.unmet_status IS NULL THEN 0 ELSE told.unmet END AS unmet,
    coalesce(told.unmet_status, 'shown') AS unmet_status
FROM reference.territories AS areas
LEFT JOIN told ON areas.level = told.territory_level AND areas.code = told.territory_code
WHERE
    areas.level IN ('country', 'region', 'departement')
    AND ($code = 'FR' OR areas.region_code = $code)
ORDER BY areas.level, unmet DESC NULLS LAST, areas.code
