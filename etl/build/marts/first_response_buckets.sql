-- grain: one row per month, département (or what is known of the place), domain and bucket of time
-- answers: after how long requests had their first answer, or were last seen without one
-- columns: bucket, -1 = no known time; upper_hours = its upper edge, NULL without one; answered (in bucket -1: at an unknown time); censored = no answer yet at the build's day, or closed before one (in bucket -1: unknown whether any came)
WITH timed AS (
    SELECT
        month, departement_code, region_code, domain_code,
        coalesce(answers > 0, FALSE) AS is_answered,
        coalesce(first_response_hours, unanswered_hours) AS hours
    FROM staging.request_facts
)

SELECT
    timed.month,
    timed.departement_code,
    timed.region_code,
    timed.domain_code,
    coalesce(buckets.bucket, -1) AS bucket,
    buckets.upper_hours,
    count(*) FILTER (WHERE timed.is_answered) AS answered,
    count(*) FILTER (WHERE NOT timed.is_answered) AS censored
FROM timed
LEFT JOIN reference.response_buckets AS buckets
    -- a closing that is dated before its request counts as at once
    ON greatest(timed.hours, 0) > buckets.lower_hours AND timed.hours <= buckets.upper_hours
GROUP BY ALL
ORDER BY timed.departement_code, timed.domain_code, timed.month, bucket
