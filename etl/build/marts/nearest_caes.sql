-- grain: one row per département, once a CAE lives
-- answers: which CAE (business and employment co-operative) stands nearest, to start an activity in
-- columns: siren, name, km = great circle from the département's centre (the mean point of its communes, weighted by their people) to the CAE's commune, else to the centre of its département; caes = that live in the département
WITH centres AS (
    SELECT
        departement_code,
        -- decimals add up to the same in any order
        sum(CAST(latitude AS DECIMAL(9, 4)) * greatest(population, 1))
        / CAST(sum(greatest(population, 1)) AS DOUBLE) AS latitude,
        sum(CAST(longitude AS DECIMAL(9, 4)) * greatest(population, 1))
        / CAST(sum(greatest(population, 1)) AS DOUBLE) AS longitude
    FROM reference.communes
    GROUP BY departement_code
),

caes AS (
    SELECT
        cooperatives.siren, cooperatives.name, cooperatives.departement_code,
        coalesce(communes.latitude, centres.latitude) AS latitude,
        coalesce(communes.longitude, centres.longitude) AS longitude
    FROM staging.cooperatives AS cooperatives
    LEFT JOIN reference.communes AS communes ON cooperatives.commune_code = communes.commune_code
    LEFT JOIN centres ON cooperatives.departement_code = centres.departement_code
    WHERE cooperatives.is_cae AND cooperatives.is_living
),

distances AS (
    SELECT
        centres.departement_code, caes.siren, caes.name,
        round(great_circle_km(
            centres.latitude, centres.longitude, caes.latitude, caes.longitude
        ), 1) AS km
    FROM centres
    INNER JOIN caes ON caes.latitude IS NOT NULL
)

SELECT
    distances.departement_code, distances.siren, distances.name, distances.km,
    (SELECT count(*) FROM caes WHERE caes.departement_code = distances.departement_code) AS caes
FROM distances
QUALIFY row_number() OVER (
    PARTITION BY distances.departement_code ORDER BY distances.km, distances.siren
) = 1
ORDER BY distances.departement_code
