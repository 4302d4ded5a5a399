-- grain: one row per request
-- answers: what horizons and buckets need to know of a request, decided once
-- columns: age_days at the day up to which requests are known; filled_days NULL unless filled; answer_days NULL unless answered at a known time
WITH known AS (
    -- an older drop of requests says nothing of the days after it, whatever else was dropped since
    SELECT max(as_of) AS until FROM accepted.drops WHERE source = 'requests'
)

SELECT
    requests.request_id,
    CAST(date_trunc('month', requests.created_on) AS DATE) AS month,
    requests.commune_code,
    requests.departement_code,
    requests.region_code,
    requests.domain_code,
    date_diff('day', requests.created_on, known.until) AS age_days,
    requests.outcome,
    requests.outcome <> 'unknown' AS is_outcome_known,
    -- filled at a time nobody told: the promise was kept, so it counts as kept in time
    CASE WHEN requests.outcome = 'filled' THEN coalesce(requests.filled_days, 0) END AS filled_days,
    requests.answers,
    requests.answers IS NOT NULL AS are_answers_known,
    CASE
        WHEN requests.first_response_hours IS NOT NULL THEN requests.first_response_hours / 24.0
        WHEN requests.answers > 0 THEN 0
    END AS answer_days,
    requests.first_response_hours,
    requests.answer_hours,
    -- seen without an answer until it was withdrawn, else until the end of the last known day
    CASE
        WHEN requests.answers = 0 THEN
            epoch(
                coalesce(
                    CASE WHEN requests.outcome = 'cancelled' THEN requests.closed_at END,
                    timezone('UTC', timezone('Europe/Paris', CAST(known.until + 1 AS TIMESTAMP)))
                ) - requests.created_at
            ) / 3600.0
    END AS unanswered_hours
FROM staging.requests AS requests
CROSS JOIN known
CROSS JOIN reference.settings AS settings
WHERE requests.created_on <= settings.as_of
