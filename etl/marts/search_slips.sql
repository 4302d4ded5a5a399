-- grain: one row per word and what is left of its first seven letters without one or two of them
-- answers: which words are one or two slips away from one that nobody knows? Both lose letters until they meet (deletion neighbourhoods, as in SymSpell), then their distance is taken
-- columns: slip; word_number as in marts.search_words
WITH starts AS (
    SELECT word_number, word, word[:7] AS start
    FROM marts.search_words
    WHERE length(word) >= 3 AND NOT regexp_matches(word, '[0-9]')
),

one AS (
    SELECT DISTINCT word_number, length(word) AS length, start[:n - 1] || start[n + 1:] AS slip
    FROM (SELECT *, unnest(range(1, length(start) + 1)) AS n FROM starts)
),

two AS (
    SELECT DISTINCT word_number, slip[:n - 1] || slip[n + 1:] AS slip
    FROM (SELECT *, unnest(range(1, length(slip) + 1)) AS n FROM one WHERE length >= 6)
)

SELECT slip, word_number
FROM (
    SELECT start AS slip, word_number FROM starts
    UNION
    SELECT slip, word_number FROM one
    UNION
    SELECT slip, word_number FROM two
)
ORDER BY slip, word_number
