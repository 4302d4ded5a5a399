-- label.en: Fill rate
-- label.fr: Taux de demandes pourvues
-- why.en: The chance that a request is filled within T days. Requests too young or without a known outcome are left out, and their number is shown (left_out).
-- why.fr: La chance qu'une demande soit pourvue en T jours. Les demandes trop récentes ou d'issue inconnue sont écartées, et leur nombre est affiché (left_out).
-- unit: share
-- low_is_good: false
-- source: probability of a transaction within a time (Sharetribe); Wilson interval
-- source.fr: probabilité d'une transaction dans un délai (Sharetribe) ; intervalle de Wilson
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests, sum(counts.known) AS known, sum(counts.filled) AS filled
    FROM marts.request_counts AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.is_commune = ($level = 'commune')
        AND counts.horizon_days = CASE WHEN $level = 'commune' THEN (SELECT fill_days FROM reference.settings) ELSE $days END
        AND counts.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(filled AS DOUBLE) AS numerator,
    CAST(known AS DOUBLE) AS denominator,
    filled / nullif(known, 0)::DOUBLE AS value,
    CAST(known AS BIGINT) AS n,
    wilson_low(filled, known) AS low,
    wilson_high(filled, known) AS high,
    CAST(requests - known AS BIGINT) AS left_out
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
