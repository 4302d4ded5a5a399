-- grain: one row per short name and what it stands for
-- answers: Which words of names stand for which others?
-- columns: short; words (both folded)
SELECT fold(short) AS short, fold(words) AS words FROM reference.short_names ORDER BY short, words
