-- grain: one row per request
-- answers: what horizons and buckets need to know of a request, decided once
-- columns: age_days at the day up to which requests are known, answer_age_days at the one up to which its answers are, counted_age_days at the one up to which they are counted (NULL = not counted); filled_days, answer_days by the clocks of Paris, NULL unless filled or answered at a known time; is_fill_undated, is_answer_undated = filled or answered, at an unknown time; is_fill_known, is_answer_known = whether and when; answers = as many as are known
WITH known AS (
    -- an older drop of requests says nothing of the days after it, whatever else was dropped since
    SELECT max(as_of) AS until
    FROM accepted.drops
    WHERE source = 'requests'
)

SELECT
    requests.request_id,
    CAST(date_trunc('month', requests.created_on) AS DATE) AS month,
    requests.base_commune_code,
    requests.commune_code IS NULL AND requests.base_commune_code IS NOT NULL AS is_point,
    requests.departement_code,
    requests.region_code,
    requests.domain_code,
    date_diff('day', requests.created_on, known.until) AS age_days,
    date_diff('day', requests.created_on, requests.answers_until) AS answer_age_days,
    date_diff('day', requests.created_on, requests.counted_until) AS counted_age_days,
    requests.outcome,
    requests.filled_days,
    requests.outcome = 'filled' AND requests.filled_days IS NULL AS is_fill_undated,
    requests.outcome <> 'unknown'
    AND (requests.outcome <> 'filled' OR requests.filled_days IS NOT NULL) AS is_fill_known,
    requests.answers,
    requests.first_response_days AS answer_days,
    coalesce(requests.answers > 0 AND requests.first_response_days IS NULL, FALSE)
        AS is_answer_undated,
    coalesce(requests.answers = 0 OR requests.first_response_days IS NOT NULL, FALSE)
        AS is_answer_known,
    requests.first_response_hours,
    requests.answer_days AS days_of_answers,
    -- seen without an answer until it was closed or filled, else until the end of the last known day
    CASE
        WHEN requests.answers = 0 THEN
            epoch(
                least(
                    CASE
                        WHEN requests.outcome = 'filled' THEN requests.filled_at
                        WHEN requests.outcome IN ('cancelled', 'expired') THEN requests.closed_at
                    END,
                    timezone('UTC', timezone(
                        'Europe/Paris', CAST(requests.answers_until + 1 AS TIMESTAMP)
                    ))
                ) - requests.created_at
            ) / 3600.0
    END AS unanswered_hours
FROM staging.requests AS requests
CROSS JOIN known
CROSS JOIN reference.settings AS settings
WHERE requests.created_on <= settings.as_of
