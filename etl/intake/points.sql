-- grain: one row per distinct latitude and longitude as the file writes them (from place_inputs).
-- answers: near which commune a point lies, and near which ones of the départements around
-- columns: departements of the communes; communes = the nearest commune within 15 km (100 km in Guyane), then the nearest to it of each other département within 15 km; state near|outside|far (outside, in whole degrees: no fact)|unreadable, NULL for 0, 0
CREATE TABLE place_points AS
WITH texts AS (
    SELECT
        latitude,
        longitude,
        numbers_of(latitude) AS latitude_numbers,
        numbers_of(longitude) AS longitude_numbers,
        CASE
            WHEN len(latitude_numbers) > 1 THEN latitude
            WHEN len(longitude_numbers) > 1 THEN longitude
        END AS whole
    FROM (
        SELECT DISTINCT latitude, longitude
        FROM place_inputs
        WHERE latitude IS NOT NULL OR longitude IS NOT NULL
    )
),

-- one text with both: POINT (lon lat) and GeoJSON begin with the longitude, the others with the latitude
paired AS (
    SELECT
        latitude,
        longitude,
        CASE
            WHEN whole IS NULL THEN [latitude_numbers[1], longitude_numbers[1]]
            WHEN regexp_matches(whole, '(?i)point|coordinates') THEN [numbers_of(whole)[2], numbers_of(whole)[1]]
            ELSE numbers_of(whole)[1:2]
        END AS pair
    FROM texts
),

degrees AS (
    SELECT
        latitude,
        longitude,
        TRY_CAST(replace(pair[1], ',', '.') AS DOUBLE) AS first,
        TRY_CAST(replace(pair[2], ',', '.') AS DOUBLE) AS second,
        regexp_matches(concat(pair[1], ' ', pair[2]), '[.,][0-9]') AS is_fine
    FROM paired
),

-- no box of France is one of France with its axes swapped: every point tells its own order; materialized, as DuckDB takes longer to decide on it than to do it
ordered AS MATERIALIZED (
    SELECT
        latitude AS latitude_given,
        longitude AS longitude_given,
        CASE WHEN is_in_france(first, second) OR NOT is_in_france(second, first) THEN first ELSE second END AS latitude,
        CASE WHEN is_in_france(first, second) OR NOT is_in_france(second, first) THEN second ELSE first END AS longitude,
        CASE
            WHEN first = 0 AND second = 0 THEN NULL
            WHEN first IS NULL OR second IS NULL THEN 'unreadable'
            WHEN is_in_france(first, second) OR is_in_france(second, first) THEN CASE WHEN is_fine THEN 'near' ELSE 'unreadable' END
            WHEN abs(first) <= 180 AND abs(second) <= 180 AND least(abs(first), abs(second)) <= 90
                THEN CASE WHEN is_fine THEN 'outside' ELSE 'far' END
            ELSE 'unreadable'
        END AS state
    FROM degrees
),

points AS (
    SELECT
        *,
        CASE WHEN longitude < -51 AND latitude < 6.5 THEN 100 ELSE 15 END AS within_km,
        floor(latitude * 10)::INTEGER AS cell_row,
        floor(longitude * 10)::INTEGER AS cell_column
    FROM (SELECT DISTINCT latitude, longitude FROM ordered WHERE state = 'near')
),

communes AS (
    SELECT
        commune_code,
        departement_code,
        latitude::DOUBLE AS latitude,
        longitude::DOUBLE AS longitude,
        floor(latitude::DOUBLE * 10)::INTEGER AS cell_row,
        floor(longitude::DOUBLE * 10)::INTEGER AS cell_column
    FROM reference.communes
),

-- cells of a tenth of a degree: what is found within 6.9 km in the nine around is the nearest
around AS (
    SELECT
        points.latitude, points.longitude,
        min({
            'km': great_circle_km(points.latitude, points.longitude, communes.latitude, communes.longitude),
            'commune': commune_code
        }) AS nearest
    FROM (
        SELECT * REPLACE (cell_row + unnest([-1, -1, -1, 0, 0, 0, 1, 1, 1]) AS cell_row, cell_column + unnest([-1, 0, 1, -1, 0, 1, -1, 0, 1]) AS cell_column)
        FROM points
    ) AS points
    JOIN communes USING (cell_row, cell_column)
    GROUP BY points.latitude, points.longitude
),

close AS (SELECT * FROM around WHERE nearest.km <= 6.9),

wide AS (
    SELECT
        points.latitude, points.longitude, within_km,
        min({
            'km': great_circle_km(points.latitude, points.longitude, communes.latitude, communes.longitude),
            'commune': commune_code
        }) AS nearest
    FROM (
        SELECT * REPLACE (cell_column + unnest(range(-3 * within_km // 15, 3 * within_km // 15 + 1)) AS cell_column)
        FROM (
            SELECT * REPLACE (cell_row + unnest(range(-2 * within_km // 15, 2 * within_km // 15 + 1)) AS cell_row)
            FROM points
            ANTI JOIN close USING (latitude, longitude)
        )
    ) AS points
    JOIN communes USING (cell_row, cell_column)
    GROUP BY points.latitude, points.longitude, within_km
),

found AS (
    FROM close
    UNION ALL SELECT latitude, longitude, nearest FROM wide WHERE nearest.km <= within_km
),

-- near a border: the nearest commune of each other département
across AS (
    SELECT
        commune_code,
        list_transform(list(neighbour ORDER BY neighbour), lambda each: each.commune) AS neighbours
    FROM (
        SELECT
            here.commune_code,
            min({
                'km': great_circle_km(here.latitude, here.longitude, communes.latitude, communes.longitude),
                'commune': communes.commune_code
            }) AS neighbour
        FROM (
            SELECT * REPLACE (cell_column + unnest(range(-3, 4)) AS cell_column)
            FROM (
                SELECT * REPLACE (cell_row + unnest(range(-2, 3)) AS cell_row)
                FROM communes
                SEMI JOIN found ON found.nearest.commune = commune_code
            )
        ) AS here
        JOIN communes USING (cell_row, cell_column)
        WHERE here.departement_code <> communes.departement_code
        GROUP BY here.commune_code, communes.departement_code
    )
    WHERE neighbour.km <= 15
    GROUP BY commune_code
)

SELECT
    latitude_given,
    longitude_given,
    CASE WHEN nearest IS NOT NULL THEN list_prepend(nearest.commune, coalesce(neighbours, [])) END AS communes,
    list_transform(communes, lambda code: CASE WHEN starts_with(code, '97') THEN code[1:3] ELSE code[1:2] END) AS departements,
    CASE WHEN state = 'near' AND nearest IS NULL THEN 'outside' ELSE state END AS state
FROM ordered
LEFT JOIN found ON ordered.state = 'near' AND found.latitude = ordered.latitude AND found.longitude = ordered.longitude
LEFT JOIN across ON across.commune_code = found.nearest.commune;
