-- grain: one row per month asked for, whether or not it had requests
-- answers: How many requests were posted each month, and what share was filled within the horizon?
-- columns: month; requests; known; filled; left_out (too recent, or outcome unknown); fill_rate, empty without a known outcome; is_mature (every request of the month is old enough)
WITH months AS (
    SELECT CAST(month AS DATE) AS month
    FROM generate_series(
        CAST($from AS TIMESTAMP), CAST($to AS TIMESTAMP), INTERVAL 1 MONTH
    ) AS series (month)
),

posted AS (
    SELECT
        counts.month,
        sum(counts.requests) AS requests, sum(counts.known) AS known, sum(counts.filled) AS filled
    FROM marts.request_months AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        scopes.scope_code = $scope
        AND counts.horizon_days = $days
        AND counts.month BETWEEN $from AND $to
    GROUP BY counts.month
)

SELECT
    months.month,
    CAST(coalesce(posted.requests, 0) AS BIGINT) AS requests,
    CAST(coalesce(posted.known, 0) AS BIGINT) AS known,
    CAST(coalesce(posted.filled, 0) AS BIGINT) AS filled,
    CAST(coalesce(posted.requests - posted.known, 0) AS BIGINT) AS left_out,
    posted.filled / nullif(posted.known, 0)::DOUBLE AS fill_rate,
    date_diff('day', CAST(months.month + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE), build.as_of)
    >= $days AS is_mature
FROM months
CROSS JOIN quality.build AS build
LEFT JOIN posted ON months.month = posted.month
ORDER BY months.month
