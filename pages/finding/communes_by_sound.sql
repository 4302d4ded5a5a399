-- grain: one row per way of reading the name of a commune aloud, the largest commune
-- answers: Which commune may be meant by a name that is written as it is heard?
-- columns: sound (without spaces); code
SELECT places.sound, arg_min(places.commune_code, (-communes.population, places.commune_code)) AS code
FROM marts.search_places AS places
INNER JOIN reference.communes AS communes ON places.commune_code = communes.commune_code
WHERE length(places.sound) >= 3
GROUP BY places.sound
ORDER BY places.sound
