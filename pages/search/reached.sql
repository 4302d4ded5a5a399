-- grain: one row per commune within a provider's reach, the nearest first; none when its commune is not known
-- answers: Where would a provider go?
-- columns: commune_code; name; departement_code; latitude, longitude (degrees); km
SELECT
    communes.commune_code, communes.name, communes.departement_code, communes.latitude,
    communes.longitude,
    great_circle_km(base.latitude, base.longitude, communes.latitude, communes.longitude) AS km
FROM marts.providers AS providers
INNER JOIN reference.communes AS base ON providers.base_commune_code = base.commune_code
INNER JOIN reference.communes AS communes
    ON abs(communes.latitude - base.latitude) <= providers.reach_km / 110.0
WHERE
    providers.provider_id = $provider_id
    AND great_circle_km(base.latitude, base.longitude, communes.latitude, communes.longitude)
    <= providers.reach_km
ORDER BY km, communes.commune_code
