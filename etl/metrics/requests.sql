-- label.en: Requests
-- label.fr: Demandes
-- why.en: Requests posted in the period.
-- why.fr: Demandes déposées pendant la période.
-- unit: count
-- low_is_good: false
-- source: metric dictionary: requests
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests
    FROM marts.request_counts AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.is_commune = ($level = 'commune')
        AND counts.horizon_days = (SELECT fill_days FROM reference.settings)
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
    CAST(requests AS DOUBLE) AS numerator,
    NULL::DOUBLE AS denominator,
    CAST(requests AS DOUBLE) AS value,
    CAST(requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code
