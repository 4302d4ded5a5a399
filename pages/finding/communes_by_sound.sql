-- grain: one row per way of reading the name of a commune aloud, the largest commune
-- answers: Which commune may be meant by a name that is written as it is heard?
-- columns: sound (without spaces); code
WITH heard AS (
    SELECT
        sound(replace(fold(replace(lower(name), 'ç', 's')), ' ', '')) AS sound,
        commune_code,
        population
    FROM reference.communes
)

SELECT sound, commune_code AS code
FROM heard
WHERE length(sound) >= 3
QUALIFY row_number() OVER (PARTITION BY sound ORDER BY population DESC, commune_code) = 1
ORDER BY sound
