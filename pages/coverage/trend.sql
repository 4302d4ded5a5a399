-- grain: one row per month asked for
-- answers: How do requests, the fill rate and the active providers of a place and scope move month by month?
-- columns: month; is_loaded (requests cover it); requests, known, filled, providers (based there, at the end of the month; NULL for a commune, whose past is not kept); fill_rate, low, high (95 % Wilson); left_out of the rate (too recent, outcome unknown, filled at an unknown time); requests and rates are NULL where not loaded, rates also where no filled request has a time
WITH
-- shell: in_time
-- shell: filled
-- shell: filled_by_month
months AS (
    SELECT CAST(month AS DATE) AS month
    FROM generate_series(
        CAST($from AS TIMESTAMP), CAST($to AS TIMESTAMP), INTERVAL 1 MONTH
    ) AS series (month)
),

supply AS (
    SELECT month, sum(providers) AS providers
    FROM marts.supply_months
    WHERE
        (
            (level = $level AND code = $within_code)
            OR list_contains(string_split($within_code, '+'), level || '-' || code)
        )
        AND list_contains($scopes, scope_code) AND kind = 'all'
    GROUP BY month
),

-- shell: rated
SELECT
    months.month,
    coalesce(known_months.has_requests, FALSE) AS is_loaded,
    CASE WHEN known_months.has_requests THEN CAST(coalesce(rated.requests, 0) AS BIGINT) END
        AS requests,
    CAST(coalesce(rated.denominator, 0) AS BIGINT) AS known,
    CAST(coalesce(rated.numerator, 0) AS BIGINT) AS filled,
    rated.value AS fill_rate,
    rated.low,
    rated.high,
    CASE WHEN known_months.has_requests THEN CAST(coalesce(rated.left_out, 0) AS BIGINT) END
        AS left_out,
    CASE
        WHEN $level <> 'commune' AND known_months.month IS NOT NULL
            THEN CAST(coalesce(supply.providers, 0) AS BIGINT)
    END AS providers
FROM months
LEFT JOIN marts.months AS known_months ON months.month = known_months.month
LEFT JOIN rated ON months.month = rated.month
LEFT JOIN supply ON months.month = supply.month
ORDER BY months.month
