-- grain: one row per département, domain scope and number of active providers that reach a commune
-- answers: how many communes, and people in them, have how many providers within reach
-- columns: providers 0 to 10, 10 = ten or more; communes; population
WITH reached AS (
    SELECT
        supply.departement_code,
        supply.region_code,
        supply.scope_code,
        CAST(least(10, supply.providers) AS TINYINT) AS providers,
        count(*) AS communes,
        CAST(sum(communes.population) AS BIGINT) AS population
    FROM marts.commune_supply AS supply
    INNER JOIN reference.communes AS communes ON supply.commune_code = communes.commune_code
    WHERE supply.scope_code <> 'unknown' AND supply.providers > 0
    GROUP BY ALL
),

-- the rest, without a row for each commune that nobody reaches
not_reached AS (
    SELECT
        departement_code, region_code, scope_code, CAST(0 AS TINYINT) AS providers,
        CAST(sum(communes) AS BIGINT) AS communes, CAST(sum(population) AS BIGINT) AS population
    FROM (
        SELECT
            communes.departement_code, communes.region_code, scopes.scope_code,
            count(*) AS communes, sum(communes.population) AS population
        FROM reference.communes AS communes
        CROSS JOIN reference.scopes AS scopes
        WHERE scopes.scope_code <> 'unknown'
        GROUP BY ALL
        UNION ALL
        SELECT departement_code, region_code, scope_code, -communes, -population FROM reached
    ) AS counted
    GROUP BY departement_code, region_code, scope_code
    HAVING sum(communes) > 0
)

SELECT * FROM reached
UNION ALL
SELECT * FROM not_reached
ORDER BY departement_code, scope_code, providers
