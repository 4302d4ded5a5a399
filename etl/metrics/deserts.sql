-- label.en: Deserts
-- label.fr: Déserts
-- why.en: Communes where people asked for help in the period and no active provider would come; with the people who live there and the requests they posted.
-- why.fr: Communes où des demandes ont été déposées pendant la période et où aucun prestataire actif ne se déplace ; avec leurs habitants et leurs demandes.
-- unit: count
-- low_is_good: true
-- source: communes with requests and n = 0 / communes with requests; n = requests posted in them
-- source.fr: communes avec des demandes et n = 0 / communes avec des demandes ; n = demandes qui y ont été déposées
WITH asked AS (
    SELECT bit_or(month_bit) AS month_bits FROM marts.months WHERE month BETWEEN $from AND $to
),

lost AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        sum(requests) AS requests
    FROM marts.demand_months
    WHERE
        $level <> 'commune'
        AND month BETWEEN $from AND $to
        AND providers = 0
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
    UNION ALL
    SELECT counts.commune_code, scopes.scope_code, sum(counts.requests)
    FROM marts.commune_requests AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        $level = 'commune'
        AND counts.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, counts.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY counts.commune_code, scopes.scope_code
),

places AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scope_code,
        count(*) AS communes,
        count(*) FILTER (WHERE providers = 0) AS deserts,
        coalesce(sum(population) FILTER (WHERE providers = 0), 0) AS population
    FROM marts.commune_demand
    CROSS JOIN asked
    WHERE
        request_months & asked.month_bits <> 0
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, commune_code
        )
        AND scope_code <> 'unknown'
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
)

SELECT
    places.territory_code,
    places.scope_code,
    CAST(places.deserts AS DOUBLE) AS numerator,
    CAST(places.communes AS DOUBLE) AS denominator,
    CAST(places.deserts AS DOUBLE) AS value,
    CAST(coalesce(lost.requests, 0) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(places.population AS BIGINT) AS population,
    CAST(coalesce(lost.requests, 0) AS BIGINT) AS requests
FROM places
LEFT JOIN lost
    ON
        places.territory_code = lost.territory_code
        AND places.scope_code = lost.scope_code
        AND places.deserts > 0
ORDER BY value DESC, n DESC, places.territory_code, places.scope_code
