-- grain: one row per département of the country (code FR) or of one region
-- answers: Which share of the demand is not met, over the domains of a scope that may be told?
-- columns: code, name, region_code; unmet, known requests of the last closed year (NULL: none may be told); hidden = domains withheld, reason of one of them
WITH told AS (
    SELECT
        territory_code,
        sum(unmet) FILTER (WHERE status = 'shown') AS unmet,
        sum(contributors) FILTER (WHERE status = 'shown') AS known,
        count(*) FILTER (WHERE status = 'withheld') AS hidden,
        min(reason) AS reason
    FROM published.openings
    WHERE
        period = (SELECT max(period) FROM published.openings)
        AND scope_code IN (
            SELECT domain_code FROM reference.domain_scopes WHERE scope_code = $scope
        )
    GROUP BY territory_code
)

SELECT
    areas.code, areas.name, areas.region_code, CAST(told.unmet AS DOUBLE) AS unmet,
    CAST(told.known AS DOUBLE) AS known, coalesce(told.hidden, 0) AS hidden, told.reason
FROM reference.territories AS areas
LEFT JOIN told ON areas.code = told.territory_code
WHERE areas.level = 'departement' AND ($code = 'FR' OR areas.region_code = $code)
ORDER BY areas.code
