-- grain: one row per commune and domain scope that at least one active provider reaches
-- answers: how many distinct active providers would come to a commune
-- columns: providers (a provider travels from one commune, so the sum over origins counts each once)
SELECT
    supply.code AS commune_code,
    communes.departement_code,
    communes.region_code,
    supply.scope_code,
    supply.providers_reaching AS providers
FROM marts.territory_supply AS supply
INNER JOIN reference.communes AS communes ON supply.code = communes.commune_code
WHERE supply.level = 'commune' AND supply.kind = 'all' AND supply.providers_reaching > 0
ORDER BY communes.departement_code, commune_code, supply.scope_code
