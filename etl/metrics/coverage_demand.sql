-- label.en: Coverage (demand)
-- label.fr: Couverture (demande)
-- why.en: Share of requests posted from communes that at least k active providers reach: is supply where demand lands?
-- why.fr: Part des demandes déposées depuis des communes desservies par au moins k prestataires actifs : l'offre est-elle là où la demande arrive ?
-- unit: share
-- low_is_good: false
-- source: decided per commune: requests where n_i >= k / requests with a known commune
WITH posted AS (
    SELECT
        requests.commune_code,
        territory_of($level, region_code, departement_code, requests.commune_code) AS territory_code,
        scopes.scope_code,
        sum(requests.requests) AS requests
    FROM marts.commune_requests AS requests
    INNER JOIN reference.domain_scopes AS scopes ON requests.domain_code = scopes.domain_code
    WHERE
        requests.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, requests.commune_code
        )
        AND scopes.scope_code <> 'unknown'
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY requests.commune_code, territory_code, scopes.scope_code
),

counted AS (
    SELECT
        posted.territory_code,
        posted.scope_code,
        coalesce(sum(posted.requests) FILTER (WHERE supply.providers >= $k), 0) AS covered,
        sum(posted.requests) AS requests
    FROM posted
    LEFT JOIN marts.commune_supply AS supply
        ON posted.commune_code = supply.commune_code AND posted.scope_code = supply.scope_code
    GROUP BY posted.territory_code, posted.scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(covered AS DOUBLE) AS numerator,
    CAST(requests AS DOUBLE) AS denominator,
    covered / requests::DOUBLE AS value,
    CAST(requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high
FROM counted
ORDER BY territory_code, scope_code
