-- grain: one row per asked word and known word that is read as it is, by both
-- answers: Which words may be meant by one that is written as it is heard?
-- columns: typed; word_number as in marts.search_words
SELECT asked.typed, words.word_number
FROM (SELECT unnest($words) AS typed) AS asked
INNER JOIN marts.search_words AS words ON sound(asked.typed) = words.sound
WHERE asked.typed <> words.word
ORDER BY asked.typed, words.word_number
