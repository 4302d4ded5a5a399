-- grain: one row per place, domain scope and number of active providers that reach a commune, at two grains: département (is_commune FALSE) and commune (is_commune TRUE)
-- answers: how many communes of a territory of any level, and people in them, have how many providers within reach; always filter is_commune
-- columns: as in departement_reach
-- kind: view
SELECT
    FALSE AS is_commune, NULL AS commune_code, departement_code, region_code, scope_code,
    providers, communes, population
FROM marts.departement_reach
UNION ALL
SELECT
    TRUE, commune_code, departement_code, region_code, scope_code,
    CAST(least(10, providers) AS TINYINT), 1, population
FROM marts.commune_reach
