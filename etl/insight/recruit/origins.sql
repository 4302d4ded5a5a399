-- grain: one row per commune with an active provider of the scope, and reach
-- answers: from where, and how far, the providers of a scope travel, between two latitudes
-- columns: providers, distinct
SELECT
    providers.base_commune_code AS commune_code,
    communes.latitude,
    communes.longitude,
    providers.reach_km,
    count(DISTINCT providers.provider_id) AS providers
FROM marts.providers AS providers
INNER JOIN marts.provider_domains AS offered ON providers.provider_id = offered.provider_id
INNER JOIN reference.domain_scopes AS scopes ON offered.domain_code = scopes.domain_code
INNER JOIN reference.communes AS communes ON providers.base_commune_code = communes.commune_code
WHERE
    offered.is_supply
    AND scopes.scope_code = $scope
    AND communes.latitude BETWEEN $south AND $north
GROUP BY providers.base_commune_code, communes.latitude, communes.longitude, providers.reach_km
ORDER BY providers.base_commune_code, providers.reach_km
