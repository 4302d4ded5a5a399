-- label: Requests covered
-- why: Share of requests posted from communes reached by as many active providers as are needed: is supply where demand lands?
-- unit: share
-- direction: high
-- counts: requests
-- topic: supply
-- levels: country, region, departement, commune
-- pooled: over several domains, the sum of their numerators over that of their denominators
-- sources: providers, requests
-- source: decided per commune: requests where n_i >= k / requests with a known commune or coordinates (then n_i of the nearest commune; they count in no commune)
WITH
-- shell: demand
counted AS (
    SELECT
        demand.territory_code, demand.scope_code,
        coalesce(sum(demand.requests) FILTER (
            WHERE coalesce(demand.providers, reached.providers) >= up_to_ten($k)
        ), 0) AS numerator,
        sum(demand.requests) AS denominator,
        denominator AS n
    FROM demand
    LEFT JOIN marts.commune_demand AS reached
        ON
            $level = 'commune'
            AND demand.territory_code = reached.commune_code
            AND demand.scope_code = reached.scope_code
            AND lies_within(
                $within_level, $within_code,
                reached.region_code, reached.departement_code, reached.commune_code
            )
            AND is_asked_scope($scopes, reached.scope_code)
    GROUP BY demand.territory_code, demand.scope_code
)

-- shell: ratio
