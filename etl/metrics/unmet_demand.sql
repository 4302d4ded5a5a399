-- label.en: Unmet demand
-- label.fr: Demande non satisfaite
-- why.en: Mature requests that were not filled within T days: what the marketplace loses.
-- why.fr: Demandes mûres non pourvues en T jours : ce que la place de marché perd.
-- unit: share
-- low_is_good: true
-- columns: filled_late and cancelled by the client are parts of the numerator; left_out = too young or without a known outcome
-- source: metric dictionary: unmet_demand; Wilson interval
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests, sum(counts.known) AS known,
        sum(counts.known - counts.filled) AS unmet,
        sum(counts.filled_late) AS filled_late, sum(counts.cancelled) AS cancelled
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
    CAST(unmet AS DOUBLE) AS numerator,
    CAST(known AS DOUBLE) AS denominator,
    unmet / nullif(known, 0)::DOUBLE AS value,
    CAST(known AS BIGINT) AS n,
    wilson_low(unmet, known) AS low,
    wilson_high(unmet, known) AS high,
    CAST(requests - known AS BIGINT) AS left_out,
    CAST(filled_late AS BIGINT) AS filled_late,
    CAST(cancelled AS BIGINT) AS cancelled
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
