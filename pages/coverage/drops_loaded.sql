-- grain: one row per source that holds a row
-- answers: Which sources were at least one row accepted of?
-- columns: source
SELECT DISTINCT source
FROM quality.files
WHERE accepted_rows > 0
ORDER BY source
