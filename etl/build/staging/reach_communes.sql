-- grain: one row per commune with an active provider and commune within the longest reach (or reach class) from there
-- answers: how far apart two communes are
-- columns: km great circle between the communes' points, 0 for the commune itself
WITH origins AS (
    SELECT base_commune_code AS commune_code, max(greatest(reach_km, reach_class_km(reach_km))) AS reach_km
    FROM staging.active_provider_scopes
    WHERE base_commune_code IS NOT NULL
    GROUP BY base_commune_code
),

-- on a sphere of radius 1 a distance needs no trigonometry: the chord is enough to compare
points AS (
    SELECT
        commune_code,
        latitude,
        longitude,
        cos(radians(latitude)) * cos(radians(longitude)) AS x,
        cos(radians(latitude)) * sin(radians(longitude)) AS y,
        sin(radians(latitude)) AS z,
        CAST(floor(latitude * 4) AS INTEGER) AS cell_row,
        CAST(floor(longitude * 4) AS INTEGER) AS cell_column
    FROM reference.communes
),

placed AS (
    SELECT
        points.commune_code, points.latitude, points.longitude, points.x, points.y, points.z,
        power(2 * sin(origins.reach_km / (2 * 6371.0088)), 2) AS reach_chord_squared,
        -- one degree of latitude is 111.19 km; of longitude, its cosine less
        origins.reach_km / 111.1 AS latitude_span,
        origins.reach_km / (111.1 * cos(radians(points.latitude))) * 1.02 AS longitude_span
    FROM origins
    INNER JOIN points USING (commune_code)
),

-- a grid of a quarter of a degree: an origin asks only the cells that its reach can touch
rows_of_cells AS (
    SELECT
        *,
        unnest(generate_series(
            CAST(floor((latitude - latitude_span) * 4) AS INTEGER),
            CAST(floor((latitude + latitude_span) * 4) AS INTEGER)
        )) AS cell_row
    FROM placed
),

asked_cells AS (
    SELECT
        *,
        unnest(generate_series(
            CAST(floor((longitude - longitude_span) * 4) AS INTEGER),
            CAST(floor((longitude + longitude_span) * 4) AS INTEGER)
        )) AS cell_column
    FROM rows_of_cells
),

pairs AS (
    SELECT
        asked.commune_code AS from_commune_code,
        points.commune_code AS to_commune_code,
        asked.reach_chord_squared,
        (points.x - asked.x) * (points.x - asked.x)
        + (points.y - asked.y) * (points.y - asked.y)
        + (points.z - asked.z) * (points.z - asked.z) AS chord_squared
    FROM asked_cells AS asked
    INNER JOIN points USING (cell_row, cell_column)
)

SELECT
    from_commune_code,
    to_commune_code,
    CAST(2 * 6371.0088 * asin(sqrt(chord_squared) / 2) AS REAL) AS km
FROM pairs
WHERE chord_squared <= reach_chord_squared
