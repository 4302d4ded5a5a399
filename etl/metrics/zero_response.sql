-- label.en: Without any answer
-- label.fr: Sans aucune réponse
-- why.en: Share of mature requests that nobody answered within T days: the first sign of a lack of providers.
-- why.fr: Part des demandes mûres restées sans réponse en T jours : le premier signe d'un manque de prestataires.
-- unit: share
-- low_is_good: true
-- source: a16z marketplace metrics (zeros); Wilson interval
-- source.fr: indicateurs de place de marché d'a16z (« zeros ») ; intervalle de Wilson
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests, sum(counts.answers_known) AS answers_known,
        sum(counts.unanswered) AS unanswered
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
    CAST(unanswered AS DOUBLE) AS numerator,
    CAST(answers_known AS DOUBLE) AS denominator,
    unanswered / nullif(answers_known, 0)::DOUBLE AS value,
    CAST(answers_known AS BIGINT) AS n,
    wilson_low(unanswered, answers_known) AS low,
    wilson_high(unanswered, answers_known) AS high,
    CAST(requests - answers_known AS BIGINT) AS left_out
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
