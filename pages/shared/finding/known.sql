-- grain: one row per asked word that is known
-- answers: Which of these words are known, and how many names hold them?
-- columns: as in marts.search_words
SELECT word_number, word, providers, weight, is_domain, is_place
FROM marts.search_words
WHERE word IN (SELECT unnest($words))
ORDER BY word
