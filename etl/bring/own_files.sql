-- grain: one row per file that is not invented
-- answers: Which files of their own do the figures in use hold?
-- columns: source, file
SELECT source, file
FROM quality.files
WHERE NOT is_synthetic
ORDER BY file_id
