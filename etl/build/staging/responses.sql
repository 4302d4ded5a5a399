-- grain: one row per request, provider and time of answer
-- answers: who answered which request, and when
-- columns: hours since the request was posted, at most (answer_hours), days by the clocks of Paris; is_before_request = the answer is dated before its request, so its time cannot be used
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
),

timed AS (
    SELECT
        latest.request_id,
        latest.provider_id,
        -- a day without a time is not before a request of that day; where the clocks showed an
        -- hour twice, the request was posted in the first one
        CASE
            WHEN
                latest.responded_at < posted.created_at
                AND latest.responded_at + INTERVAL 1 DAY > posted.created_at
                AND is_day(paris_time(latest.responded_at))
                THEN posted.created_at
            WHEN
                latest.responded_at < posted.created_at
                AND latest.responded_at + INTERVAL 1 HOUR >= posted.created_at
                AND is_second_time(posted.created_at, 'Europe/Paris')
                THEN latest.responded_at + INTERVAL 1 HOUR
            ELSE latest.responded_at
        END AS responded_at,
        posted.created_at,
        latest.file_id,
        latest.line
    FROM latest
    LEFT JOIN posted ON latest.request_id = posted.request_id
    WHERE latest.request_id NOT IN (SELECT key FROM staging.abroad WHERE source = 'requests')
)

SELECT
    request_id,
    provider_id,
    responded_at,
    answer_hours(created_at, responded_at) AS hours,
    clock_days(paris_time(created_at), paris_time(responded_at)) AS days,
    created_at IS NULL AS is_orphan,
    coalesce(responded_at < created_at, FALSE) AS is_before_request,
    file_id,
    line
FROM timed
