-- grain: one row per source
-- answers: What was loaded, how fresh is it, and how much of it was refused?
-- columns: source; files; as_of (of the newest file); read_rows, accepted_rows; refused_rows (still open), corrected_rows (refused, and brought back by a correction); repaired_values
SELECT
    source, count(*) AS files, max(as_of) AS as_of,
    CAST(sum(read_rows) AS BIGINT) AS read_rows,
    CAST(sum(accepted_rows) AS BIGINT) AS accepted_rows,
    CAST(sum(refused_rows - corrected_rows) AS BIGINT) AS refused_rows,
    CAST(sum(corrected_rows) AS BIGINT) AS corrected_rows,
    CAST(sum(repaired_values) AS BIGINT) AS repaired_values
FROM quality.files
GROUP BY source
ORDER BY source
