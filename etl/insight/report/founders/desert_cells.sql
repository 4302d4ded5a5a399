-- grain: one row per commune of the place and domain of the scope, with requests from $from to $to and no active provider who comes
-- answers: Where do people ask for what nobody offers there?
-- columns: commune, departement (names), departement_code, domain_code; requests; population of the commune; the most requests first
SELECT
    communes.name AS commune,
    departements.name AS departement,
    communes.departement_code,
    posted.domain_code,
    CAST(posted.requests AS BIGINT) AS requests,
    communes.population
FROM (
    SELECT commune_code, domain_code, sum(requests) AS requests
    FROM marts.commune_requests
    WHERE month BETWEEN $from AND $to AND domain_code <> 'unknown' AND NOT is_point
    GROUP BY commune_code, domain_code
) AS posted
INNER JOIN reference.communes AS communes USING (commune_code)
INNER JOIN reference.departements AS departements USING (departement_code)
ANTI JOIN marts.commune_supply AS supply
    ON posted.commune_code = supply.commune_code AND posted.domain_code = supply.scope_code
WHERE
    lies_within(
        $within_level, $within_code,
        communes.region_code, communes.departement_code, communes.commune_code
    )
    AND posted.domain_code IN (
        SELECT domain_code FROM reference.domain_scopes WHERE scope_code = $scope
    )
ORDER BY posted.requests DESC, communes.population DESC, posted.commune_code, posted.domain_code
