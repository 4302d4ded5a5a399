-- grain: one row per repaired value, one page of them
-- answers: Which values were set aside, where do they stand and why?
-- columns: source; file; line; column_name; value; reason_en; reason_fr
SELECT source, file, line, column_name, value, reason_en, reason_fr
FROM quality.repaired_values
WHERE $repair = 'all' OR reason_code = $repair
ORDER BY source, file, line, column_name
LIMIT $rows OFFSET $start
