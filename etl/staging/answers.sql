-- grain: one row per request and provider that answered it
-- answers: when a provider first answered a request; to answer twice is to answer once
-- columns: hours since the request was posted
SELECT
    request_id,
    provider_id,
    min(responded_at) AS answered_at,
    min(hours) AS hours
FROM staging.responses
WHERE NOT is_before_request AND NOT is_orphan
GROUP BY request_id, provider_id
