-- grain: one row per word
-- answers: Which words does everybody know, so that none is the slip of another?
-- columns: word (folded)
SELECT DISTINCT word FROM reference.common_words ORDER BY word
