-- label.en: Unmet requests by commune
-- label.fr: Demandes non satisfaites par commune
-- why.en: Requests a month that nobody took, commune by commune: what the next recruits could serve.
-- why.fr: Demandes par mois que personne n'a prises, commune par commune : ce que les prochains recrutés pourraient servir.
-- unit: per_month
-- low_is_good: true
-- source: mature requests with a known outcome that were not filled within the days of the settings / months of the window; providers = active ones that reach the commune
WITH asked_months AS (
    SELECT count(*) AS months
    FROM marts.months
    WHERE has_requests AND month BETWEEN $from AND $to
),

posted AS (
    SELECT
        requests.commune_code,
        scopes.scope_code,
        sum(requests.requests) AS requests,
        sum(requests.known) AS known,
        sum(requests.known - requests.filled) AS unmet
    FROM marts.commune_requests AS requests
    INNER JOIN reference.domain_scopes AS scopes ON requests.domain_code = scopes.domain_code
    WHERE
        requests.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, requests.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY requests.commune_code, scopes.scope_code
)

SELECT
    posted.commune_code AS territory_code,
    posted.scope_code,
    CAST(posted.unmet AS DOUBLE) AS numerator,
    CAST(asked_months.months AS DOUBLE) AS denominator,
    posted.unmet / nullif(asked_months.months, 0)::DOUBLE AS value,
    CAST(posted.requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(posted.known AS BIGINT) AS known,
    demand.providers,
    communes.latitude,
    communes.longitude
FROM posted
CROSS JOIN asked_months
INNER JOIN reference.communes AS communes ON posted.commune_code = communes.commune_code
INNER JOIN marts.commune_demand AS demand
    ON posted.commune_code = demand.commune_code AND posted.scope_code = demand.scope_code
WHERE is_asked_scope($scopes, demand.scope_code)
ORDER BY posted.commune_code, posted.scope_code
