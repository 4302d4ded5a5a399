-- label.en: At least k answers
-- label.fr: Au moins k réponses
-- why.en: Share of mature requests that at least k providers answered within T days: could the customer choose? Requests too young, or whose answers nobody knows, are left out, and their number is shown (left_out).
-- why.fr: Part des demandes mûres auxquelles au moins k prestataires ont répondu en T jours : le client avait-il le choix ? Les demandes trop récentes, ou dont les réponses sont inconnues, sont écartées, et leur nombre est affiché (left_out).
-- unit: share
-- low_is_good: false
-- source: Thumbtack: a customer is served with three or more results; k up to 10; Wilson interval
WITH posted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests,
        sum(counts.answers_known) AS answers_known
    FROM marts.request_months AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.horizon_days = $days
        AND counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
),

answered AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS served
    FROM marts.answer_months AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.horizon_days = $days
        AND counts.at_least = up_to_ten($k)
        AND counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
),

counted AS (
    SELECT posted.*, coalesce(answered.served, 0) AS served
    FROM posted
    LEFT JOIN answered
        ON
            posted.territory_code = answered.territory_code
            AND posted.scope_code = answered.scope_code
    WHERE posted.territory_code IS NOT NULL
)

SELECT
    territory_code,
    scope_code,
    CAST(served AS DOUBLE) AS numerator,
    CAST(answers_known AS DOUBLE) AS denominator,
    served / nullif(answers_known, 0)::DOUBLE AS value,
    CAST(answers_known AS BIGINT) AS n,
    wilson_low(served, answers_known) AS low,
    wilson_high(served, answers_known) AS high,
    CAST(requests - answers_known AS BIGINT) AS left_out
FROM counted
ORDER BY territory_code, scope_code
