-- grain: one row per month, département (or what is known of the place) and domain scope
-- answers: after how long requests had their first answer, a column for each bucket, so that a click adds few rows
-- columns: <bucket>_answered, <bucket>_leaving = sums of first_response_buckets in the bucket (reference.response_buckets; -1 = no known time), leaving = answered or censored; NULL = none
WITH scoped AS (
    SELECT
        scopes.scope_code, counts.month, counts.departement_code, counts.region_code,
        counts.bucket, counts.answered, counts.answered + counts.censored AS leaving
    FROM marts.first_response_buckets AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
)

FROM scoped
PIVOT (
    CAST(sum(answered) AS INTEGER) AS answered, CAST(sum(leaving) AS INTEGER) AS leaving
    FOR bucket IN (
        -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22
    )
    GROUP BY scope_code, month, departement_code, region_code
)
ORDER BY scope_code, month, departement_code, region_code
