-- grain: one row per word and provider with it in its name, by word
-- answers: Who has a word in the name?
-- columns: number as in marts.search_rows
SELECT number FROM marts.search_postings ORDER BY word_number, number
