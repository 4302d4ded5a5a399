-- grain: one row per département, domain scope and number of active providers that reach a commune
-- answers: how many communes, and people in them, have how many providers within reach
-- columns: providers 0 to 10, 10 = ten or more; communes; population
SELECT
    departement_code,
    region_code,
    scope_code,
    CAST(least(10, providers) AS TINYINT) AS providers,
    count(*) AS communes,
    CAST(sum(population) AS BIGINT) AS population
FROM marts.commune_reach
GROUP BY ALL
ORDER BY departement_code, scope_code, providers
