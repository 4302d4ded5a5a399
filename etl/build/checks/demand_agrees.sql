-- label: Demand by reach counts every request, commune and person that the communes' own tables do
WITH posted AS (
    SELECT
        counts.month, counts.departement_code, scopes.scope_code,
        sum(counts.requests) AS requests, sum(counts.known) AS known, sum(counts.filled) AS filled
    FROM marts.commune_requests AS counts
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    GROUP BY counts.month, counts.departement_code, scopes.scope_code
),

by_reach AS (
    SELECT
        month, departement_code, scope_code,
        sum(requests) AS requests, sum(known) AS known, sum(filled) AS filled
    FROM marts.demand_months
    GROUP BY month, departement_code, scope_code
)

SELECT
    'requests' AS what, coalesce(posted.departement_code, by_reach.departement_code) AS code,
    coalesce(posted.scope_code, by_reach.scope_code) AS scope_code,
    posted.requests AS expected, by_reach.requests AS found
FROM posted
FULL OUTER JOIN by_reach USING (month, departement_code, scope_code)
WHERE
    posted.requests IS DISTINCT FROM by_reach.requests
    OR posted.known IS DISTINCT FROM by_reach.known
    OR posted.filled IS DISTINCT FROM by_reach.filled
UNION ALL
SELECT 'providers', demand.commune_code, demand.scope_code, supply.providers, demand.providers
FROM marts.commune_demand AS demand
LEFT JOIN marts.commune_supply AS supply USING (commune_code, scope_code)
WHERE demand.providers <> coalesce(supply.providers, 0)
UNION ALL
SELECT 'months', counts.commune_code, counts.domain_code, NULL, NULL
FROM marts.commune_requests AS counts
INNER JOIN marts.months AS months USING (month)
LEFT JOIN marts.commune_demand AS demand
    ON counts.commune_code = demand.commune_code AND counts.domain_code = demand.scope_code
WHERE
    NOT counts.is_point
    AND coalesce(demand.request_months & months.month_bit, 0) = 0
UNION ALL
SELECT 'reach', reach.scope_code, NULL, territories.population, reach.population
FROM (
    SELECT scope_code, sum(communes) AS communes, sum(population) AS population
    FROM marts.departement_reach
    GROUP BY scope_code
) AS reach
INNER JOIN reference.territories AS territories ON territories.level = 'country'
WHERE
    reach.population <> territories.population OR reach.communes <> territories.communes
