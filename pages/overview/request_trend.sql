-- grain: one row per month asked for, whether or not it had requests
-- answers: How many requests were posted each month, and what share was filled within the horizon?
-- columns: month; requests; known; left_out (too recent, outcome unknown or filled at an unknown time), undated = of them, those filled at an unknown time; fill_rate as the metric has it, low, high (95 % Wilson), empty without a known outcome, or where no filled request has a time
WITH
-- shell: in_time
-- shell: filled
-- shell: filled_by_month
-- shell: months
-- shell: rated
SELECT
    months.month,
    CAST(coalesce(rated.requests, 0) AS BIGINT) AS requests,
    CAST(coalesce(rated.denominator, 0) AS BIGINT) AS known,
    CAST(coalesce(rated.left_out, 0) AS BIGINT) AS left_out,
    CAST(coalesce(rated.undated, 0) AS BIGINT) AS undated,
    rated.value AS fill_rate,
    rated.low,
    rated.high
FROM months
LEFT JOIN rated ON months.month = rated.month
ORDER BY months.month
