-- label: Gap
-- why: What a place lacks: people in communes with fewer active providers than are needed, and the requests a month lost there.
-- unit: per_month
-- direction: low
-- counts: requests
-- topic: market
-- levels: country, region, departement, commune
-- sources: providers, requests
-- source: unmet mature requests a month in communes with n < k; missing = max(0, k - n) summed over communes with requests
WITH
-- shell: months_asked
-- shell: demand
-- shell: communes
lost AS (
    SELECT
        territory_code, scope_code,
        sum(requests) AS requests, sum(known) AS known, sum(known - filled) AS unmet
    FROM demand
    WHERE providers < up_to_ten($k) OR $level = 'commune'
    GROUP BY territory_code, scope_code
),

places AS (
    SELECT
        territory_code, scope_code,
        sum($k - providers) AS missing, count(*) AS communes, sum(population) AS population
    FROM communes
    WHERE providers < $k
    GROUP BY territory_code, scope_code
)

SELECT
    lost.territory_code,
    lost.scope_code,
    CAST(lost.unmet AS DOUBLE) AS numerator,
    CAST(lost.known AS DOUBLE) AS denominator,
    lost.unmet / nullif(months_asked.months, 0)::DOUBLE AS value,
    CAST(lost.requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(coalesce(places.missing, 0) AS BIGINT) AS missing,
    coalesce(places.communes, 0) AS communes,
    CAST(coalesce(places.population, 0) AS BIGINT) AS population
FROM lost
CROSS JOIN months_asked
-- of points alone no commune is told
LEFT JOIN places USING (territory_code, scope_code)
WHERE places.communes > 0 OR $level <> 'commune'
ORDER BY value DESC, lost.territory_code, lost.scope_code
