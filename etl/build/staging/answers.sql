-- grain: one row per request and provider that answered it
-- answers: when a provider first answered a request; to answer twice is to answer once
-- columns: hours and days since the request was posted, as in staging.responses; NULL where every answer is dated before its request
SELECT
    answers.*,
    coalesce(providers.establishment_id, answers.provider_id) AS establishment_id
FROM (
    SELECT
        request_id,
        provider_id,
        min(responded_at) FILTER (WHERE NOT is_before_request) AS answered_at,
        min(hours) FILTER (WHERE NOT is_before_request) AS hours,
        min(days) FILTER (WHERE NOT is_before_request) AS days
    FROM staging.responses
    WHERE NOT is_orphan
    GROUP BY request_id, provider_id
) AS answers
LEFT JOIN staging.providers AS providers ON answers.provider_id = providers.provider_id
