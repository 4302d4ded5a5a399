-- grain: one row per word and what is left of its first seven letters without one or two of them
-- answers: which words are one or two slips away from one that nobody knows? Both lose letters until they meet (deletion neighbourhoods, as in SymSpell), then their distance is taken
-- columns: slip; lost (letters, 0 to 2; those who lost two come last); word_number as in marts.search_words
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

SELECT slip, word_number, lost
FROM (
    SELECT start AS slip, word_number, CAST(0 AS TINYINT) AS lost FROM starts
    UNION ALL
    SELECT slip, word_number, 1 FROM one
    UNION ALL
    SELECT slip, word_number, 2 FROM two
)
ORDER BY lost = 2, slip, word_number
