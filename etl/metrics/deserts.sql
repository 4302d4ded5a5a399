-- label.en: Deserts
-- label.fr: Déserts
-- why.en: Communes where people asked for help in the period and no active provider would come; with the people who live there and the requests they posted.
-- why.fr: Communes où des demandes ont été déposées pendant la période et où aucun prestataire actif ne se déplace ; avec leurs habitants et leurs demandes.
-- unit: count
-- low_is_good: true
-- source: communes with requests and n = 0 / communes with requests; n = requests posted in them
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

judged AS (
    SELECT
        posted.*,
        communes.population,
        CASE WHEN supply.providers > 0 THEN 0 ELSE 1 END AS is_desert
    FROM posted
    INNER JOIN reference.communes AS communes ON posted.commune_code = communes.commune_code
    LEFT JOIN marts.commune_supply AS supply
        ON posted.commune_code = supply.commune_code AND posted.scope_code = supply.scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(sum(is_desert) AS DOUBLE) AS numerator,
    CAST(count(*) AS DOUBLE) AS denominator,
    CAST(sum(is_desert) AS DOUBLE) AS value,
    CAST(sum(is_desert * requests) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(sum(is_desert * population) AS BIGINT) AS population,
    CAST(sum(is_desert * requests) AS BIGINT) AS requests
FROM judged
GROUP BY territory_code, scope_code
ORDER BY value DESC, n DESC, territory_code, scope_code
