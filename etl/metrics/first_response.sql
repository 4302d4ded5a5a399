-- label.en: First answer (median)
-- label.fr: Première réponse (médiane)
-- why.en: Half of the requests have had their first answer after this many hours; requests still waiting are censored, not left out. Empty: not reached.
-- why.fr: La moitié des demandes a reçu sa première réponse après ce nombre d'heures ; les demandes en attente sont censurées, non écartées. Vide : non atteint.
-- unit: hours
-- low_is_good: true
-- source: Kaplan-Meier S(t) = prod(1 - d_i / n_i) on published time buckets; the value is the upper edge of the bucket
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        counts.bucket,
        counts.upper_hours,
        sum(counts.answered) AS answered,
        sum(counts.answered + counts.censored) AS leaving
    FROM marts.first_response_buckets AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code, counts.bucket, counts.upper_hours
),

at_risk AS (
    SELECT
        *,
        sum(leaving) OVER (
            PARTITION BY territory_code, scope_code ORDER BY bucket DESC
        ) AS waiting
    FROM counted
    WHERE territory_code IS NOT NULL
),

survival AS (
    SELECT
        *,
        -- a product of factors, the last of which may be 0
        CASE
            WHEN min(waiting - answered) OVER earlier = 0 THEN 0.0
            ELSE exp(sum(CASE
                WHEN waiting > answered THEN ln(1 - answered / waiting::DOUBLE)
            END) OVER earlier)
        END AS share_waiting
    FROM at_risk
    WINDOW earlier AS (PARTITION BY territory_code, scope_code ORDER BY bucket)
)

SELECT
    territory_code,
    scope_code,
    CAST(sum(answered) AS DOUBLE) AS numerator,
    CAST(sum(leaving) AS DOUBLE) AS denominator,
    min(upper_hours) FILTER (WHERE share_waiting <= 0.5 + 1e-12) AS value,
    CAST(sum(leaving) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    min(upper_hours) FILTER (WHERE share_waiting <= 0.1 + 1e-12) AS p90
FROM survival
GROUP BY territory_code, scope_code
ORDER BY territory_code, scope_code
