-- grain: one row per request, latest state
-- answers: when, where and for what a request was posted, and what became of it
-- columns: commune_code NULL where only a point is known; base_commune_code = the commune, else the one nearest to the point; requests abroad are left out; outcome filled|cancelled|expired|open|unknown; *_days since posting by the clocks of Paris, *_hours elapsed (at most, as answer_hours), NULL = not known or not yet; filled_at = its time as far as a column tells it (closed_at only where the file has no column filled_at); answers = as many as are known (0 = none, NULL = unknown whether any); answers_until = the last day of which an answer would be known; counted_until = the last day up to which there are no more than those, NULL = not known; answer_days = those of the answers of known time
-- a join with the last drop of each key: a window would sort every column of every row
WITH last_drops AS (
    SELECT request_id, max(drop_number) AS drop_number
    FROM accepted.requests
    GROUP BY request_id
),

latest AS (
    SELECT
        row.*,
        CASE
            WHEN row.status = 'filled' OR row.filled_at IS NOT NULL THEN 'filled'
            WHEN row.status IN ('cancelled', 'expired') THEN row.status
            -- an open request that a later snapshot no longer holds ended in a way nobody told
            WHEN row.status = 'open' AND drops.next_snapshot_as_of IS NULL THEN 'open'
            ELSE 'unknown'
        END AS outcome,
        list_contains(drops.fields, 'filled_at') AS has_filled_at,
        list_contains(drops.fields, 'first_response_at') AS has_first_response_at,
        -- what was written there could not be used: nobody knows what it would have said
        coalesce(
            list_has_any(row.repaired_fields, ['first_response_at', 'responses']), FALSE
        ) AS is_answer_lost
    FROM accepted.requests AS row
    INNER JOIN last_drops
        ON row.request_id = last_drops.request_id AND row.drop_number = last_drops.drop_number
    INNER JOIN accepted.drops AS drops ON row.file_id = drops.file_id
),

answered AS (
    SELECT
        request_id,
        count(*) AS answers,
        min(answered_at) AS first_answer_at,
        list(days ORDER BY days) FILTER (WHERE days IS NOT NULL) AS answer_days
    FROM (
        -- providers of one establishment are one choice
        SELECT request_id, min(answered_at) AS answered_at, min(days) AS days
        FROM staging.answers
        GROUP BY request_id, establishment_id
    )
    GROUP BY request_id
),

-- once answers are loaded, a request without one has none up to the day of the last such drop;
-- of the days after it, and without any, it is unknown
source AS (
    SELECT
        max(as_of) FILTER (WHERE source = 'requests') AS requests_until,
        CASE
            WHEN EXISTS (SELECT 1 FROM accepted.responses)
                THEN least(requests_until, max(as_of) FILTER (WHERE source = 'responses'))
        END AS responses_until
    FROM accepted.drops
),

told AS (
    SELECT
        latest.*,
        answered.answers AS loaded_answers,
        answered.answer_days,
        source.requests_until,
        source.responses_until,
        least(latest.first_response_at, answered.first_answer_at) AS first_answer_at,
        CASE
            WHEN latest.outcome <> 'filled' THEN NULL
            WHEN latest.has_filled_at THEN latest.filled_at
            ELSE latest.closed_at
        END AS hired_at,
        paris_time(latest.created_at) AS created_time
    FROM latest
    LEFT JOIN answered ON latest.request_id = answered.request_id
    CROSS JOIN source
)

SELECT
    request_id,
    coalesce(domain_code, 'unknown') AS domain_code,
    CASE WHEN place_precision = 'commune' THEN told.commune_code END AS commune_code,
    told.commune_code AS base_commune_code,
    departement_code,
    region_code,
    place_precision,
    created_at,
    CAST(created_time AS DATE) AS created_on,
    outcome,
    clock_days(created_time, paris_time(hired_at)) AS filled_days,
    first_answer_at AS first_response_at,
    CASE
        WHEN responses > 0 OR loaded_answers > 0 OR first_answer_at IS NOT NULL
            THEN greatest(
                coalesce(responses, 0),
                coalesce(loaded_answers, 0),
                CAST(first_answer_at IS NOT NULL AS INTEGER)
            )
        WHEN responses = 0 THEN 0
        -- whoever was hired had answered, at a time nobody told
        WHEN outcome = 'filled' AND (has_first_response_at OR responses_until IS NOT NULL) THEN 1
        WHEN is_answer_lost THEN NULL
        WHEN CAST(created_time AS DATE) <= responses_until THEN 0
        -- the file tells first answers, and of this request none
        WHEN has_first_response_at AND outcome <> 'unknown' THEN 0
    END AS answers,
    CASE
        WHEN responses IS NOT NULL OR (has_first_response_at AND outcome <> 'unknown')
            THEN requests_until
        ELSE coalesce(responses_until, requests_until)
    END AS answers_until,
    CASE
        WHEN responses IS NOT NULL THEN requests_until
        WHEN loaded_answers > 0 THEN responses_until
    END AS counted_until,
    answer_hours(created_at, first_answer_at) AS first_response_hours,
    clock_days(created_time, paris_time(first_answer_at)) AS first_response_days,
    answer_days,
    hired_at AS filled_at,
    closed_at,
    provider_id,
    hours,
    amount_eur,
    fee_eur,
    file_id,
    line
FROM told
WHERE place_precision <> 'abroad'
