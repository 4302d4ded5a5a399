-- grain: one row per provider, at most three
-- answers: Which active providers of the scope based elsewhere are nearest to a commune?
-- columns: name; commune_name; distance_km (between the communes, as the crow flies); reach_km (how far the provider travels); nearest first
WITH here AS (
    SELECT commune_code, radians(latitude) AS latitude, radians(longitude) AS longitude
    FROM reference.communes
    WHERE commune_code = $code
),

offered AS (
    SELECT DISTINCT offers.provider_id
    FROM marts.provider_domains AS offers
    INNER JOIN reference.domain_scopes AS scopes ON offers.domain_code = scopes.domain_code
    WHERE scopes.scope_code = $scope AND offers.is_supply
)

SELECT
    providers.name,
    communes.name AS commune_name,
    2 * 6371.0088 * asin(sqrt(least(
        1.0,
        pow(sin((radians(communes.latitude) - here.latitude) / 2), 2)
        + cos(here.latitude) * cos(radians(communes.latitude))
        * pow(sin((radians(communes.longitude) - here.longitude) / 2), 2)
    ))) AS distance_km,
    providers.reach_km
FROM marts.providers AS providers
SEMI JOIN offered ON providers.provider_id = offered.provider_id
INNER JOIN reference.communes AS communes ON providers.base_commune_code = communes.commune_code
CROSS JOIN here
WHERE providers.base_commune_code <> here.commune_code
ORDER BY distance_km, providers.provider_id
LIMIT 3
