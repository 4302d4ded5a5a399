-- grain: one row per period of months asked for, in their order
-- answers: How many requests were posted in each, and what share was filled within the horizon?
-- columns: start, until (the first days of its first and last month); requests; numerator, denominator, value, n, low, high, left_out, undated, ever, ever_of as the metric fill_rate has them
WITH
-- shell: in_time
-- shell: filled
by_month AS (
    SELECT month, sum(COLUMNS('^(requests|numerator|denominator|dated|left_out|undated)$'))
    FROM filled
    GROUP BY month
),

-- shell: periods
counted AS (
    SELECT
        start, until, place,
        sum(COLUMNS('^(requests|numerator|denominator|dated|left_out|undated)$'))
    FROM periods
    LEFT JOIN by_month ON by_month.month BETWEEN periods.start AND periods.until
    GROUP BY start, until, place
),

-- shell: rated
SELECT
    start,
    until,
    CAST(coalesce(requests, 0) AS BIGINT) AS requests,
    CAST(numerator AS DOUBLE) AS numerator,
    CAST(denominator AS DOUBLE) AS denominator,
    value,
    CAST(coalesce(denominator, 0) AS BIGINT) AS n,
    low,
    high,
    CAST(coalesce(left_out, 0) AS BIGINT) AS left_out,
    CAST(coalesce(undated, 0) AS BIGINT) AS undated,
    CAST(dated + undated AS BIGINT) AS ever,
    CAST(denominator + undated AS BIGINT) AS ever_of
FROM rated
ORDER BY place
