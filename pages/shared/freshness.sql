-- grain: one row per source
-- answers: How old is the newest drop of each source, and what was refused in it?
-- columns: source; as_of (date of its newest drop); read_rows, refused_rows (all its drops; refused: those that no correction has brought back)
SELECT
    source,
    max(as_of) AS as_of,
    CAST(sum(read_rows) AS BIGINT) AS read_rows,
    CAST(sum(refused_rows - corrected_rows) AS BIGINT) AS refused_rows
FROM quality.files
GROUP BY source
ORDER BY source
