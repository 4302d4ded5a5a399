-- grain: one row per word and provider with it in its name, by word
-- answers: who has this word in its name?
-- columns: word_number as in marts.search_words; number as in marts.search_rows
SELECT words.word_number, providers.number
FROM staging.search_name_words AS named
INNER JOIN marts.search_words AS words ON named.word = words.word
INNER JOIN marts.search_rows AS providers ON named.provider_id = providers.provider_id
ORDER BY words.word_number, providers.number
