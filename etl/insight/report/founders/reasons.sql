-- grain: one row per source, column and reason, of refused rows and of repaired values
-- answers: Why were rows refused, those still open, and values repaired?
-- columns: outcome (refused, repaired); source; reason_code, column_name, first_arguments, last_arguments (what fills the reason's sentence, first and last in the order of letters); found (rows and columns listed with it)
SELECT
    'refused' AS outcome, source, reason_code, column_name,
    min(arguments) AS first_arguments, max(arguments) AS last_arguments, count(*) AS found
FROM quality.refused_rows
WHERE NOT is_corrected
GROUP BY source, column_name, reason_code
UNION ALL
SELECT
    'repaired', source, reason_code, column_name, min(arguments), max(arguments), count(*)
FROM quality.repaired_values
GROUP BY source, column_name, reason_code
ORDER BY outcome, found DESC, source, reason_code, column_name
