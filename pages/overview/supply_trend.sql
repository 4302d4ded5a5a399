-- grain: one row per month and kind of provider ('all' too)
-- answers: How many providers of a place were active at the end of each month, how many came and went in it?
-- columns: month; ends_on (last day counted: the build's day in its own month); kind; providers; joined; left_providers
SELECT
    months.month, months.ends_on, supply.kind,
    CAST(sum(supply.providers) AS BIGINT) AS providers,
    CAST(sum(supply.joined) AS BIGINT) AS joined,
    CAST(sum(supply.left_providers) AS BIGINT) AS left_providers
FROM marts.months AS months
INNER JOIN marts.supply_months AS supply ON months.month = supply.month
WHERE
    supply.scope_code = $scope
    AND (
        (supply.level = $within_level AND supply.code = $within_code)
        OR list_contains(string_split($within_code, '+'), supply.level || '-' || supply.code)
    )
GROUP BY months.month, months.ends_on, supply.kind
ORDER BY months.month, supply.kind
