-- grain: one row per request, latest state
-- answers: when, where and for what a request was posted, and what became of it
-- columns: outcome filled|cancelled|expired|open|unknown; *_days and *_hours since posting; answers NULL = unknown; answer_hours = those of the answers with a known time
-- a join with the last drop of each key: a window would sort every column of every row
WITH last_drops AS (
    SELECT request_id, max(drop_number) AS drop_number
    FROM accepted.requests
    GROUP BY request_id
),

latest AS (
    SELECT
        row.*,
        drops.next_snapshot_as_of AS gone_on
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
        list(hours ORDER BY hours) AS answer_hours
    FROM staging.answers
    GROUP BY request_id
),

-- once answers are loaded, a request without one has none; until then it is unknown
source AS (SELECT count(*) > 0 AS has_answers FROM accepted.responses)

SELECT
    latest.request_id,
    coalesce(latest.domain_code, 'unknown') AS domain_code,
    latest.commune_code,
    latest.departement_code,
    latest.region_code,
    latest.place_precision,
    latest.created_at,
    CAST(timezone('Europe/Paris', timezone('UTC', latest.created_at)) AS DATE) AS created_on,
    CASE
        WHEN latest.status = 'filled' OR latest.filled_at IS NOT NULL THEN 'filled'
        WHEN latest.status IN ('cancelled', 'expired') THEN latest.status
        -- an open request that a later snapshot no longer holds ended in a way nobody told
        WHEN latest.status = 'open' AND latest.gone_on IS NULL THEN 'open'
        ELSE 'unknown'
    END AS outcome,
    epoch(coalesce(latest.filled_at, latest.closed_at) - latest.created_at) / 86400.0 AS filled_days,
    least(latest.first_response_at, answered.first_answer_at) AS first_response_at,
    CASE
        WHEN latest.responses IS NOT NULL OR answered.answers IS NOT NULL
            THEN greatest(coalesce(latest.responses, 0), coalesce(answered.answers, 0))
        WHEN latest.first_response_at IS NOT NULL THEN 1
        WHEN source.has_answers THEN 0
    END AS answers,
    epoch(least(latest.first_response_at, answered.first_answer_at) - latest.created_at) / 3600.0
        AS first_response_hours,
    answered.answer_hours,
    CASE WHEN latest.status = 'filled' OR latest.filled_at IS NOT NULL
        THEN coalesce(latest.filled_at, latest.closed_at)
    END AS filled_at,
    latest.closed_at,
    latest.provider_id,
    latest.hours,
    latest.amount_eur,
    latest.fee_eur,
    latest.file_id,
    latest.line
FROM latest
LEFT JOIN answered ON latest.request_id = answered.request_id
CROSS JOIN source
