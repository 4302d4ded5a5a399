-- grain: one row, or none when nobody knows the commune
-- answers: Where is a commune?
-- columns: latitude; longitude (degrees)
SELECT latitude, longitude FROM reference.communes WHERE commune_code = $commune_code
