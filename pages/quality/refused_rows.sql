-- grain: one row per refused row and reason, one page of them
-- answers: Which rows were refused, where do they stand and why?
-- columns: source; file; line; column_name; value; reason_en; reason_fr
SELECT source, file, line, column_name, value, reason_en, reason_fr
FROM quality.refused_rows
WHERE ($source = 'all' OR source = $source)
    AND ($file = 'all' OR file = $file)
    AND ($reason = 'all' OR reason_code = $reason)
ORDER BY source, file, line, column_name, reason_code
LIMIT $rows OFFSET $start
