-- grain: one row per month known, up to $to
-- answers: How do requests, the fill rate and the active providers of the country move month by month?
-- columns: month; requests, known, filled; fill_rate, low, high (95 % Wilson), NULL for a month whose requests were not loaded or are not all $days old; providers (active on its last day)
WITH posted AS (
    SELECT
        month, sum(requests) AS requests, sum(known) AS known, sum(filled) AS filled
    FROM marts.request_months
    WHERE horizon_days = $days AND month <= $to
    GROUP BY month
),

judged AS (
    SELECT
        months.month, months.has_requests,
        coalesce(posted.requests, 0) AS requests,
        coalesce(posted.known, 0) AS known,
        coalesce(posted.filled, 0) AS filled,
        months.has_requests AND date_diff('day', months.ends_on, build.as_of) >= $days AS is_told
    FROM marts.months AS months
    CROSS JOIN quality.build AS build
    LEFT JOIN posted ON months.month = posted.month
    WHERE months.is_complete AND months.month <= $to
)

SELECT
    judged.month,
    CASE WHEN judged.has_requests THEN CAST(judged.requests AS BIGINT) END AS requests,
    CASE WHEN judged.has_requests THEN CAST(judged.known AS BIGINT) END AS known,
    CASE WHEN judged.has_requests THEN CAST(judged.filled AS BIGINT) END AS filled,
    CASE WHEN judged.is_told THEN judged.filled / nullif(judged.known, 0)::DOUBLE END AS fill_rate,
    CASE WHEN judged.is_told THEN wilson_low(judged.filled, judged.known) END AS low,
    CASE WHEN judged.is_told THEN wilson_high(judged.filled, judged.known) END AS high,
    supply.providers
FROM judged
LEFT JOIN marts.supply_months AS supply
    ON
        judged.month = supply.month AND supply.level = 'country' AND supply.scope_code = 'all'
        AND supply.kind = 'all'
ORDER BY judged.month
