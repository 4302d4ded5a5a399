-- grain: one row per refused row and reason, one page of them, those still open first
-- answers: Which rows were refused, where do they stand and why?
-- columns: source; file; line; column_name; value; reason_code, arguments (what its sentence is made of); is_corrected
SELECT source, file, line, column_name, value, reason_code, arguments, is_corrected
FROM quality.refused_rows
WHERE ($source = 'all' OR source = $source)
    AND ($file = 'all' OR file = $file)
    AND ($reason = 'all' OR reason_code = $reason)
ORDER BY is_corrected, source, file, line, column_name, reason_code
LIMIT $rows OFFSET $start
