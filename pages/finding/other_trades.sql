-- grain: one row per word
-- answers: Which words ask for what no domain is?
-- columns: word (folded)
SELECT DISTINCT fold(word) AS word FROM reference.other_trades ORDER BY word
