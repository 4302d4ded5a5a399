-- grain: one row per commune and domain scope that at least one active provider reaches
-- answers: how many distinct active providers would come to a commune
-- columns: providers (a provider travels from one commune, so the sum over origins counts each once)
WITH offers AS (
    SELECT commune_code, scope_code, reach_km, count(*) AS providers
    FROM staging.active_provider_scopes
    WHERE commune_code IS NOT NULL
    GROUP BY commune_code, scope_code, reach_km
)

SELECT
    pairs.to_commune_code AS commune_code,
    communes.departement_code,
    communes.region_code,
    offers.scope_code,
    CAST(sum(offers.providers) AS BIGINT) AS providers
FROM offers
INNER JOIN staging.reach_communes AS pairs
    ON offers.commune_code = pairs.from_commune_code AND pairs.km <= offers.reach_km
INNER JOIN reference.communes AS communes ON pairs.to_commune_code = communes.commune_code
GROUP BY ALL
ORDER BY departement_code, commune_code, scope_code
