-- grain: one row per commune and domain that had an active provider in reach in the previous build, has none now, and posted requests in the window; in areas ('region-53', or all of France without any) and domain scopes
-- answers: Where do people ask, and nobody would come any more?
-- columns: providers_before; requests from $from to $to; population of the commune
SELECT
    posted.commune_code,
    communes.name AS commune_name,
    communes.departement_code,
    posted.domain_code,
    before.providers AS providers_before,
    CAST(posted.requests AS BIGINT) AS requests,
    communes.population
FROM (
    SELECT commune_code, domain_code, sum(requests) AS requests
    FROM served.marts.commune_requests
    WHERE month BETWEEN $from AND $to AND domain_code <> 'unknown' AND NOT is_point
    GROUP BY commune_code, domain_code
) AS posted
INNER JOIN previous.marts.commune_supply AS before
    ON posted.commune_code = before.commune_code AND posted.domain_code = before.scope_code
INNER JOIN served.reference.communes AS communes ON posted.commune_code = communes.commune_code
INNER JOIN (
    SELECT DISTINCT domain_code
    FROM served.reference.domain_scopes
    WHERE list_contains($scopes, scope_code)
) AS asked ON posted.domain_code = asked.domain_code
ANTI JOIN served.marts.commune_supply AS today
    ON posted.commune_code = today.commune_code AND posted.domain_code = today.scope_code
WHERE
    len($areas) = 0
    OR list_has_any(
        $areas,
        ['region-' || communes.region_code, 'departement-' || communes.departement_code]
    )
ORDER BY requests DESC, communes.population DESC, posted.commune_code, posted.domain_code
