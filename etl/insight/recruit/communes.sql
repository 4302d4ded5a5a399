-- grain: one row per commune of a territory
-- answers: What are the communes of this territory called?
-- columns: commune_code (INSEE); name; departement_code; departement_name; region_code; latitude and longitude (degrees)
SELECT
    communes.commune_code,
    communes.name,
    communes.departement_code,
    departements.name AS departement_name,
    communes.region_code,
    communes.latitude,
    communes.longitude
FROM reference.communes AS communes
INNER JOIN reference.departements AS departements USING (departement_code)
WHERE
    lies_within(
        $within_level, $within_code,
        communes.region_code, communes.departement_code, communes.commune_code
    )
ORDER BY communes.commune_code
