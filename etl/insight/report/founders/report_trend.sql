-- grain: one row per month known, up to $to
-- answers: How do requests, the fill rate and the active providers of a place and scope move month by month?
-- columns: month; requests, known; filled (within $days), fill_rate, low, high (95 % Wilson), NULL for a month whose requests were not loaded, are not all $days old (filled: so far), or were filled at unknown times only; left_out of the rate, undated = of them, those filled at an unknown time; providers (active on its last day); is_mature
WITH supply AS (
    SELECT month, CAST(sum(providers) AS BIGINT) AS providers
    FROM marts.supply_months
    WHERE
        scope_code = $scope AND kind = 'all'
        AND (
            (level = $within_level AND code = $within_code)
            OR list_contains(string_split($within_code, '+'), level || '-' || code)
        )
    GROUP BY month
),

-- shell: in_time
-- shell: filled
-- shell: filled_by_month
-- shell: rated

SELECT
    months.month,
    -- every request of it is old enough
    months.has_requests AND date_diff('day', months.ends_on, build.as_of) >= $days AS is_mature,
    CASE WHEN months.has_requests THEN CAST(coalesce(rated.requests, 0) AS BIGINT) END AS requests,
    CASE WHEN months.has_requests THEN CAST(coalesce(rated.denominator, 0) AS BIGINT) END AS known,
    CASE
        WHEN months.has_requests AND coalesce(is_dated(rated.dated, rated.undated), TRUE)
            THEN CAST(coalesce(rated.numerator, 0) AS BIGINT)
    END AS filled,
    CASE WHEN months.has_requests THEN CAST(coalesce(rated.left_out, 0) AS BIGINT) END AS left_out,
    CASE WHEN months.has_requests THEN CAST(coalesce(rated.undated, 0) AS BIGINT) END AS undated,
    CASE WHEN is_mature THEN rated.value END AS fill_rate,
    CASE WHEN is_mature THEN rated.low END AS low,
    CASE WHEN is_mature THEN rated.high END AS high,
    supply.providers
FROM marts.months AS months
CROSS JOIN quality.build AS build
LEFT JOIN rated ON months.month = rated.month
LEFT JOIN supply ON months.month = supply.month
WHERE months.is_complete AND months.month <= $to
ORDER BY months.month
