-- grain: one row per word
-- answers: Which words of everyday speech name nothing by themselves?
-- columns: word (folded)
SELECT DISTINCT word FROM reference.ordinary_words ORDER BY word
