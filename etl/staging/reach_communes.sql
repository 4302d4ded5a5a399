-- grain: one row per commune with an active provider and commune within the longest reach from there
-- answers: how far apart two communes are
-- columns: km great circle between the communes' points, 0 for the commune itself
WITH origins AS (
    SELECT commune_code, max(reach_km) AS reach_km
    FROM staging.active_provider_scopes
    WHERE commune_code IS NOT NULL
    GROUP BY commune_code
),

placed AS (
    SELECT
        origins.commune_code, origins.reach_km, communes.latitude, communes.longitude,
        -- one degree of latitude is 111.19 km; of longitude, its cosine less
        origins.reach_km / 111.1 AS latitude_span,
        origins.reach_km / (111.1 * cos(radians(communes.latitude))) * 1.02 AS longitude_span
    FROM origins
    INNER JOIN reference.communes AS communes ON origins.commune_code = communes.commune_code
),

-- a grid of half a degree: an origin asks only the cells that its reach can touch
rows_of_cells AS (
    SELECT
        *,
        unnest(generate_series(
            CAST(floor((latitude - latitude_span) * 2) AS INTEGER),
            CAST(floor((latitude + latitude_span) * 2) AS INTEGER)
        )) AS cell_row
    FROM placed
),

asked_cells AS (
    SELECT
        *,
        unnest(generate_series(
            CAST(floor((longitude - longitude_span) * 2) AS INTEGER),
            CAST(floor((longitude + longitude_span) * 2) AS INTEGER)
        )) AS cell_column
    FROM rows_of_cells
),

pairs AS (
    SELECT
        asked.commune_code AS from_commune_code,
        communes.commune_code AS to_commune_code,
        asked.reach_km,
        2 * 6371.0088 * asin(least(1, sqrt(
            power(sin(radians(communes.latitude - asked.latitude) / 2), 2)
            + cos(radians(asked.latitude)) * cos(radians(communes.latitude))
            * power(sin(radians(communes.longitude - asked.longitude) / 2), 2)
        ))) AS km
    FROM asked_cells AS asked
    INNER JOIN reference.communes AS communes
        ON
            asked.cell_row = CAST(floor(communes.latitude * 2) AS INTEGER)
            AND asked.cell_column = CAST(floor(communes.longitude * 2) AS INTEGER)
    WHERE abs(communes.latitude - asked.latitude) <= asked.latitude_span
)

SELECT from_commune_code, to_commune_code, km
FROM pairs
WHERE km <= reach_km
