-- grain: one row per month asked for
-- answers: How do requests, the fill rate and the active providers of a place and scope move month by month?
-- columns: month; is_loaded (requests cover it); requests, known, filled, providers (based there, at the end of the month; NULL for a commune, whose past is not kept); fill_rate, low, high (95 % Wilson); requests and rates are NULL where not loaded
WITH months AS (
    SELECT CAST(month AS DATE) AS month
    FROM generate_series(
        CAST($from AS TIMESTAMP), CAST($to AS TIMESTAMP), INTERVAL 1 MONTH
    ) AS series (month)
),

posted AS (
    SELECT
        counts.month,
        sum(counts.requests) AS requests, sum(counts.known) AS known, sum(counts.filled) AS filled
    FROM marts.request_counts AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        scopes.scope_code = $scope
        AND counts.is_commune = ($within_level = 'commune')
        AND counts.horizon_days = CASE
            WHEN $within_level = 'commune' THEN (SELECT fill_days FROM reference.settings)
            ELSE $days
        END
        AND counts.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code,
            counts.region_code, counts.departement_code, counts.commune_code
        )
    GROUP BY counts.month
),

supply AS (
    SELECT month, providers
    FROM marts.supply_months
    WHERE
        level = $within_level AND code = $within_code AND scope_code = $scope AND kind = 'all'
)

SELECT
    months.month,
    coalesce(known_months.has_requests, FALSE) AS is_loaded,
    CASE WHEN known_months.has_requests THEN CAST(coalesce(posted.requests, 0) AS BIGINT) END
        AS requests,
    CAST(coalesce(posted.known, 0) AS BIGINT) AS known,
    CAST(coalesce(posted.filled, 0) AS BIGINT) AS filled,
    posted.filled / nullif(posted.known, 0)::DOUBLE AS fill_rate,
    wilson_low(posted.filled, posted.known) AS low,
    wilson_high(posted.filled, posted.known) AS high,
    CASE
        WHEN $within_level <> 'commune' AND known_months.month IS NOT NULL
            THEN CAST(coalesce(supply.providers, 0) AS BIGINT)
    END AS providers
FROM months
LEFT JOIN marts.months AS known_months ON months.month = known_months.month
LEFT JOIN posted ON months.month = posted.month
LEFT JOIN supply ON months.month = supply.month
ORDER BY months.month
