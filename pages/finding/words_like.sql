-- grain: one row per asked word and known word that is read as it is, by both
-- answers: Which words may be meant by one that is written as it is heard?
-- columns: typed; word_number as in marts.search_words
WITH heard AS (
    SELECT typed, sound(typed) AS sound
    FROM (SELECT unnest($words) AS typed)
),

-- a last consonant may be silent in the one and heard in the other: Manajyd, manajide
sounds AS (
    SELECT typed, sound
    FROM heard
    UNION
    SELECT typed, regexp_replace(sound, '[dpst]+$', '')
    FROM heard
)

SELECT DISTINCT sounds.typed, words.word_number
FROM sounds
INNER JOIN marts.search_words AS words ON sounds.sound = words.sound
WHERE sounds.typed <> words.word
ORDER BY sounds.typed, words.word_number
