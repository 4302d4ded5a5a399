-- grain: one row per repaired value, one page of them
-- answers: Which values were set aside, where do they stand and why?
-- columns: source; file; line; column_name; value; reason_code, arguments (what its sentence is made of)
SELECT source, file, line, column_name, value, reason_code, arguments
FROM quality.repaired_values
WHERE $repair = 'all' OR reason_code = $repair
ORDER BY source, file, line, column_name, reason_code
LIMIT $rows OFFSET $start
