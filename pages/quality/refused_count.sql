-- grain: one row
-- answers: How many refused rows and reasons fit the filters?
-- columns: open_rows, corrected_rows (distinct rows); reasons (one row may have several)
SELECT
    count(DISTINCT (file_id, line)) FILTER (WHERE NOT is_corrected) AS open_rows,
    count(DISTINCT (file_id, line)) FILTER (WHERE is_corrected) AS corrected_rows,
    count(*) AS reasons
FROM quality.refused_rows
WHERE ($source = 'all' OR source = $source)
    AND ($file = 'all' OR file = $file)
    AND ($reason = 'all' OR reason_code = $reason)
