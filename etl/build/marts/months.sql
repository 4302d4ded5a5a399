-- grain: one row per month from the first fact (at most history_months ago) to the build's day
-- answers: which months a time chart shows
-- columns: month (its first day); ends_on = its last day, for the last month the build's day; is_complete; has_requests = between the first request and the newest drop of requests; month_bit = 2 to the power of its place, so that a set of months is a sum
SELECT
    CAST(month AS DATE) AS month,
    least(CAST(month + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE), settings.as_of) AS ends_on,
    CAST(month + INTERVAL 1 MONTH - INTERVAL 1 DAY AS DATE) <= settings.as_of AS is_complete,
    coalesce(month BETWEEN date_trunc('month', requests.first_on) AND requests.known_until, FALSE)
        AS has_requests,
    CAST(1 AS UBIGINT) << CAST(row_number() OVER (ORDER BY month) - 1 AS UBIGINT) AS month_bit
FROM reference.settings AS settings,
    (
        SELECT
            (SELECT min(created_on) FROM staging.requests) AS first_on,
            (SELECT max(as_of) FROM accepted.drops WHERE source = 'requests') AS known_until
    ) AS requests,
    generate_series(
        CAST(date_trunc('month', greatest(
            settings.as_of - to_months(CAST(settings.history_months AS INTEGER)),
            coalesce(least(
                (SELECT min(created_on) FROM staging.requests),
                (SELECT min(active_from) FROM staging.provider_periods)
            ), settings.as_of)
        )) AS TIMESTAMP),
        CAST(settings.as_of AS TIMESTAMP),
        INTERVAL 1 MONTH
    ) AS series (month)
