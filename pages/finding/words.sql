-- grain: one row per word that can be found, in alphabetical order
-- answers: Which words are known?
-- columns: as in marts.search_words
SELECT word, providers, weight, is_domain, sound
FROM marts.search_words
ORDER BY word_number
