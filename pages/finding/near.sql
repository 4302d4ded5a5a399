-- grain: one row per place near a commune
-- answers: Which places are within so many kilometres of a commune, and how far are they?
-- columns: place_number; km (between the points of the communes)
WITH point AS (
    SELECT latitude, longitude FROM reference.communes WHERE commune_code = $commune_code
)

SELECT
    places.place_number,
    great_circle_km(point.latitude, point.longitude, places.latitude, places.longitude) AS km
FROM marts.search_places AS places
INNER JOIN point ON abs(places.latitude - point.latitude) <= $radius_km / 110.0
WHERE
    great_circle_km(point.latitude, point.longitude, places.latitude, places.longitude)
    <= $radius_km
ORDER BY places.place_number
