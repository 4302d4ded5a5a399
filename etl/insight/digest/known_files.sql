-- grain: one row per file of a build
-- answers: Which files does the build hold, and how many of their rows were refused?
-- columns: file; content_hash; read_rows; refused_rows (still open); corrected_rows (refused, and brought back by a correction)
SELECT file, content_hash, read_rows, refused_rows - corrected_rows AS refused_rows, corrected_rows
FROM quality.files
ORDER BY refused_rows DESC, file
