-- grain: one row per source, file, column and reason for refusing
-- answers: Why were rows refused, and in which files?
-- columns: source; file; column_name; reason_code; reason_en; reason_fr (one example of the text); refused_rows (distinct rows of the file)
SELECT
    source, file, column_name, reason_code,
    min(reason_en) AS reason_en,
    min(reason_fr) AS reason_fr,
    count(DISTINCT line) AS refused_rows
FROM quality.refused_rows
GROUP BY source, file, column_name, reason_code
ORDER BY refused_rows DESC, source, file, column_name, reason_code
