-- grain: one row per place that a provider may be based in: commune, or as closely as is known, or near which one is placed by coordinates
-- answers: which places lie together, so that any territory is one range of place_number, and how many providers each has
-- columns: place_number from 1, by region, département, commune; codes NULL where not known so closely; near_commune_code, latitude, longitude (degrees) = the commune, or the one nearest to those whose commune is not known; providers based there
WITH based AS (
    SELECT
        region_code, departement_code, commune_code, base_commune_code AS near_commune_code,
        count(*) AS providers
    FROM staging.providers
    GROUP BY region_code, departement_code, commune_code, base_commune_code
),

places AS (
    SELECT region_code, departement_code, commune_code, commune_code AS near_commune_code
    FROM reference.communes
    UNION ALL
    -- a point is in the département, and as far from anywhere as the commune nearest to it
    SELECT region_code, departement_code, NULL, near_commune_code
    FROM based
    WHERE commune_code IS NULL AND near_commune_code IS NOT NULL
    UNION ALL
    SELECT region_code, departement_code, NULL, NULL
    FROM reference.departements
    UNION ALL
    SELECT region_code, NULL, NULL, NULL
    FROM reference.regions
    UNION ALL
    SELECT NULL, NULL, NULL, NULL
)

SELECT
    CAST(row_number() OVER (
        ORDER BY
            places.region_code NULLS LAST, places.departement_code NULLS LAST,
            places.commune_code NULLS LAST, places.near_commune_code NULLS LAST
    ) AS INTEGER) AS place_number,
    places.region_code,
    places.departement_code,
    places.commune_code,
    places.near_commune_code,
    communes.latitude,
    communes.longitude,
    CAST(coalesce(based.providers, 0) AS INTEGER) AS providers
FROM places
LEFT JOIN reference.communes AS communes ON places.near_commune_code = communes.commune_code
LEFT JOIN based
    ON
        places.region_code IS NOT DISTINCT FROM based.region_code
        AND places.departement_code IS NOT DISTINCT FROM based.departement_code
        AND places.commune_code IS NOT DISTINCT FROM based.commune_code
        AND places.near_commune_code IS NOT DISTINCT FROM based.near_commune_code
ORDER BY place_number
