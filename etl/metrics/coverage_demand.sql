-- label.en: Coverage (demand)
-- label.fr: Couverture (demande)
-- why.en: Share of requests posted from communes that at least k active providers reach: is supply where demand lands?
-- why.fr: Part des demandes déposées depuis des communes desservies par au moins k prestataires actifs : l'offre est-elle là où la demande arrive ?
-- unit: share
-- low_is_good: false
-- source: decided per commune: requests where n_i >= k / requests with a known commune
WITH posted AS (
    SELECT
        counts.departement_code,
        counts.commune_code,
        scopes.scope_code,
        sum(counts.requests) AS requests
    FROM marts.commune_requests AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        $level = 'commune'
        AND counts.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, counts.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY counts.departement_code, counts.commune_code, scopes.scope_code
),

counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        coalesce(sum(requests) FILTER (WHERE providers >= up_to_ten($k)), 0) AS covered,
        sum(requests) AS requests
    FROM marts.demand_months
    WHERE
        $level <> 'commune'
        AND month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
    UNION ALL
    SELECT
        posted.commune_code,
        posted.scope_code,
        CASE WHEN demand.providers >= $k THEN posted.requests ELSE 0 END,
        posted.requests
    FROM posted
    INNER JOIN marts.commune_demand AS demand
        ON
            posted.departement_code = demand.departement_code
            AND posted.commune_code = demand.commune_code
            AND posted.scope_code = demand.scope_code
    WHERE
        lies_within(
            $within_level, $within_code,
            demand.region_code, demand.departement_code, demand.commune_code
        )
        AND is_asked_scope($scopes, demand.scope_code)
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
WHERE scope_code <> 'unknown'
ORDER BY territory_code, scope_code
