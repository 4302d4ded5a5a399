-- grain: one row per request, provider and time of answer
-- answers: who answered which request, and when
-- columns: is_before_request = the answer is dated before its request, so its time cannot be used
WITH latest AS (
    SELECT *
    FROM accepted.responses
    QUALIFY
        row_number() OVER (
            PARTITION BY request_id, provider_id, responded_at ORDER BY drop_number DESC
        ) = 1
),

posted AS (
    SELECT request_id, created_at
    FROM accepted.requests
    QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY drop_number DESC) = 1
)

SELECT
    latest.request_id,
    latest.provider_id,
    latest.responded_at,
    posted.created_at IS NULL AS is_orphan,
    coalesce(latest.responded_at < posted.created_at, FALSE) AS is_before_request,
    latest.file_id,
    latest.line
FROM latest
LEFT JOIN posted ON latest.request_id = posted.request_id
