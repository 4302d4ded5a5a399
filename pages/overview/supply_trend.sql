-- grain: one row per month and kind of provider ('all' too)
-- answers: How many providers were active at the end of each month, how many came and went in it?
-- columns: month; ends_on (last day counted: the build's day in its own month); kind; providers; joined; left_providers
SELECT
    months.month, months.ends_on, supply.kind, supply.providers, supply.joined,
    supply.left_providers
FROM marts.months AS months
INNER JOIN marts.supply_months AS supply ON months.month = supply.month
WHERE
    supply.level = 'country'
    AND supply.scope_code = $scope
ORDER BY months.month, supply.kind
