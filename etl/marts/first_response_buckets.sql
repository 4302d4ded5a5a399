-- grain: one row per month, département (or what is known of the place), domain and bucket of time
-- answers: after how long requests had their first answer, or were last seen without one
-- columns: upper_hours = the bucket's upper edge; answered, censored (no answer yet at the build's day, or withdrawn before one)
WITH timed AS (
    SELECT
        month, departement_code, region_code, domain_code,
        first_response_hours IS NOT NULL AS is_answered,
        greatest(0, coalesce(first_response_hours, unanswered_hours)) AS hours
    FROM staging.request_facts
    WHERE coalesce(first_response_hours, unanswered_hours) IS NOT NULL
)

SELECT
    timed.month,
    timed.departement_code,
    timed.region_code,
    timed.domain_code,
    buckets.bucket,
    buckets.upper_hours,
    count(*) FILTER (WHERE timed.is_answered) AS answered,
    count(*) FILTER (WHERE NOT timed.is_answered) AS censored
FROM timed
INNER JOIN reference.response_buckets AS buckets
    ON timed.hours > buckets.lower_hours AND timed.hours <= buckets.upper_hours
GROUP BY ALL
ORDER BY timed.departement_code, timed.domain_code, timed.month, buckets.bucket
