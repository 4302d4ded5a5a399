-- grain: one row per place that a provider may be based in: commune, or as closely as is known
-- answers: which places lie together, so that any territory is one range of place_number, and how many providers each has
-- columns: place_number from 1, by region, département, commune; codes NULL where not known so closely; name folded; latitude, longitude in degrees; providers based there
WITH places AS (
    SELECT region_code, departement_code, commune_code, name, latitude, longitude
    FROM reference.communes
    UNION ALL
    SELECT region_code, departement_code, NULL, NULL, NULL, NULL
    FROM reference.departements
    UNION ALL
    SELECT region_code, NULL, NULL, NULL, NULL, NULL
    FROM reference.regions
    UNION ALL
    SELECT NULL, NULL, NULL, NULL, NULL, NULL
),

based AS (
    SELECT region_code, departement_code, commune_code, count(*) AS providers
    FROM staging.providers
    GROUP BY region_code, departement_code, commune_code
)

SELECT
    CAST(row_number() OVER (
        ORDER BY
            places.region_code NULLS LAST, places.departement_code NULLS LAST,
            places.commune_code NULLS LAST
    ) AS INTEGER) AS place_number,
    places.region_code,
    places.departement_code,
    places.commune_code,
    fold(places.name) AS name,
    places.latitude,
    places.longitude,
    CAST(coalesce(based.providers, 0) AS INTEGER) AS providers
FROM places
LEFT JOIN based
    ON
        places.region_code IS NOT DISTINCT FROM based.region_code
        AND places.departement_code IS NOT DISTINCT FROM based.departement_code
        AND places.commune_code IS NOT DISTINCT FROM based.commune_code
ORDER BY place_number
