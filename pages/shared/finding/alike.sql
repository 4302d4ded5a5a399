-- grain: one row per asked word and known word like it, the likeliest first
-- answers: What may be meant by a word that nobody knows: which begin with it, which are one or two slips away?
-- columns: asked; distance (letters dropped, added, changed or swapped; 0 where it is the beginning);
--   the others as in marts.search_words
WITH asked AS (
    SELECT unnest($words) AS asked, unnest($most) AS most
),

slips AS (
    SELECT unnest($slip_words) AS asked, unnest($slips) AS slip
),

near AS (
    SELECT DISTINCT slips.asked, found.word_number
    FROM marts.search_slips AS found
    INNER JOIN slips ON found.slip = slips.slip
    WHERE found.lost < $most_lost
),

slipped AS (
    SELECT asked.asked, words.*, damerau_levenshtein(asked.asked, words.word) AS distance
    FROM near
    INNER JOIN marts.search_words AS words ON near.word_number = words.word_number
    INNER JOIN asked ON near.asked = asked.asked
    WHERE damerau_levenshtein(asked.asked, words.word) BETWEEN 1 AND asked.most
),

begun AS (
    SELECT asked.asked, words.*, 0 AS distance
    FROM marts.search_words AS words
    INNER JOIN asked ON words.word > asked.asked AND words.word < asked.asked || 'zzzz'
    WHERE length(asked.asked) >= 3 AND starts_with(words.word, asked.asked)
)

SELECT asked, distance, word_number, word, providers, weight, is_domain, is_place
FROM (
    SELECT * FROM slipped
    UNION ALL
    SELECT * FROM begun
)
QUALIFY row_number() OVER (
    PARTITION BY asked, distance ORDER BY is_domain DESC, providers DESC, word
) <= CASE distance WHEN 0 THEN 40 ELSE 25 END
ORDER BY asked, distance, providers DESC, word
