-- grain: one row per month of the last 24 before the build's day, in order
-- answers: How many requests did a provider answer, and how often was it hired?
-- columns: month (its first day); answers; hires
SELECT
    CAST(months.month AS DATE) AS month, coalesce(found.answers, 0) AS answers,
    coalesce(found.hires, 0) AS hires
FROM reference.settings AS settings,
    generate_series(
        date_trunc('month', settings.as_of) - INTERVAL 23 MONTH,
        date_trunc('month', settings.as_of), INTERVAL 1 MONTH
    ) AS months (month)
LEFT JOIN marts.provider_months AS found
    ON found.month = CAST(months.month AS DATE) AND found.provider_id = $provider_id
ORDER BY months.month
