-- grain: one row per month and kind of provider ('all' too)
-- answers: How many providers of a place were active at the end of each month, how many came and went in it?
-- columns: month; ends_on (last day counted: the build's day in its own month); kind; providers; joined; left_providers
WITH areas AS (
    SELECT split_part(area, '-', 1) AS level, split_part(area, '-', 2) AS code
    FROM (SELECT unnest(CAST($areas AS VARCHAR[])) AS area)
)

SELECT
    months.month, months.ends_on, supply.kind,
    CAST(sum(supply.providers) AS BIGINT) AS providers,
    CAST(sum(supply.joined) AS BIGINT) AS joined,
    CAST(sum(supply.left_providers) AS BIGINT) AS left_providers
FROM marts.months AS months
INNER JOIN marts.supply_months AS supply ON months.month = supply.month
INNER JOIN areas ON supply.level = areas.level AND supply.code = areas.code
WHERE supply.scope_code = $scope
GROUP BY months.month, months.ends_on, supply.kind
ORDER BY months.month, supply.kind
