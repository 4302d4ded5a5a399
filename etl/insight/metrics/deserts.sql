-- label: Deserts
-- why: Communes where people asked for help in the period and no active provider would come; with the people who live there and the requests they posted.
-- unit: count
-- direction: low
-- counts: requests
-- topic: supply
-- levels: country, region, departement
-- sources: providers, requests
-- source: communes with requests and n = 0 / communes with requests; n = requests posted in them; a request placed only by coordinates is of no commune
WITH
-- shell: months_asked
-- shell: demand
-- shell: communes
lost AS (
    SELECT territory_code, scope_code, sum(requests) AS requests
    FROM demand
    WHERE NOT is_point AND (providers = 0 OR $level = 'commune')
    GROUP BY territory_code, scope_code
),

places AS (
    SELECT
        territory_code, scope_code,
        count(*) AS communes,
        count(*) FILTER (WHERE providers = 0) AS deserts,
        coalesce(sum(population) FILTER (WHERE providers = 0), 0) AS population
    FROM communes
    GROUP BY territory_code, scope_code
)

SELECT
    places.territory_code,
    places.scope_code,
    CAST(places.deserts AS DOUBLE) AS numerator,
    CAST(places.communes AS DOUBLE) AS denominator,
    CAST(places.deserts AS DOUBLE) AS value,
    CAST(CASE WHEN places.deserts > 0 THEN coalesce(lost.requests, 0) ELSE 0 END AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(places.population AS BIGINT) AS population,
    n AS requests
FROM places
LEFT JOIN lost
    ON places.territory_code = lost.territory_code AND places.scope_code = lost.scope_code
-- of a commune, only what is known to have been posted in it, as in its requests
WHERE $level <> 'commune' OR lost.requests IS NOT NULL
ORDER BY value DESC, n DESC, places.territory_code, places.scope_code
