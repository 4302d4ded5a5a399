-- grain: one row per request, provider and time of answer
-- answers: who answered which request, and when
-- columns: hours since the request was posted; is_before_request = the answer is dated before its request, so its time cannot be used
WITH latest AS (
    SELECT
        request_id, provider_id, responded_at,
        arg_max(file_id, drop_number) AS file_id, arg_max(line, drop_number) AS line
    FROM accepted.responses
    GROUP BY request_id, provider_id, responded_at
),

posted AS (
    SELECT request_id, arg_max(created_at, drop_number) AS created_at
    FROM accepted.requests
    GROUP BY request_id
)

SELECT
    latest.request_id,
    latest.provider_id,
    latest.responded_at,
    epoch(latest.responded_at - posted.created_at) / 3600.0 AS hours,
    posted.created_at IS NULL AS is_orphan,
    coalesce(latest.responded_at < posted.created_at, FALSE) AS is_before_request,
    latest.file_id,
    latest.line
FROM latest
LEFT JOIN posted ON latest.request_id = posted.request_id
