-- grain: one row per source, file, column and reason for refusing
-- answers: Why were rows refused, and in which files?
-- columns: source; file; column_name; reason_code; open_rows, corrected_rows (distinct rows of the file)
SELECT
    source, file, column_name, reason_code,
    count(DISTINCT line) FILTER (WHERE NOT is_corrected) AS open_rows,
    count(DISTINCT line) FILTER (WHERE is_corrected) AS corrected_rows
FROM quality.refused_rows
GROUP BY source, file, column_name, reason_code
ORDER BY open_rows DESC, corrected_rows DESC, source, file, column_name, reason_code
