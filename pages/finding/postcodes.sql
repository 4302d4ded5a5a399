-- grain: one row per postcode
-- answers: Which places does a postcode mean?
-- columns: postcode; places (place_numbers)
SELECT postcodes.postcode, list(places.place_number ORDER BY places.place_number) AS places
FROM reference.postcodes AS postcodes
INNER JOIN marts.search_places AS places ON postcodes.commune_code = places.commune_code
GROUP BY postcodes.postcode
ORDER BY postcodes.postcode
