-- grain: one row per file of a build
-- answers: Which files does the build hold, and how many of their rows were refused?
-- columns: file; content_hash; read_rows; refused_rows
SELECT file, content_hash, read_rows, refused_rows
FROM quality.files
ORDER BY refused_rows DESC, file
