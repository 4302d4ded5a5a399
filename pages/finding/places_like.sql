-- grain: one row per asked text and commune that is read as it is, the largest first
-- answers: Which communes may be meant by a name that is written as it is heard?
-- columns: typed (without spaces); code
SELECT asked.typed, places.commune_code AS code
FROM (SELECT unnest($words) AS typed) AS asked
INNER JOIN marts.search_places AS places ON sound(asked.typed) = places.sound
INNER JOIN reference.communes AS communes ON places.commune_code = communes.commune_code
WHERE length(places.sound) >= 3
ORDER BY asked.typed, communes.population DESC, code
