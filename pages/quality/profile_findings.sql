-- grain: one row per reason and value of one file, the three most frequent values of a reason
-- answers: Why were rows of this file refused or values set aside, and which values?
-- columns: is_refused; column_name; reason_code; first_arguments, last_arguments (what fills the reason's sentence, first and last in the order of letters); findings (of the reason); value; times (of the value); line (the first)
WITH found AS (
    SELECT true AS is_refused, line, column_name, value, reason_code, arguments
    FROM quality.refused_rows
    WHERE NOT is_corrected AND file_id = CAST($file AS INTEGER)
    UNION ALL
    SELECT false, line, column_name, value, reason_code, arguments
    FROM quality.repaired_values
    WHERE file_id = CAST($file AS INTEGER)
),
by_value AS (
    SELECT
        is_refused, column_name, reason_code, value,
        count(*) AS times, min(line) AS line,
        min(arguments) AS first_arguments, max(arguments) AS last_arguments
    FROM found
    GROUP BY is_refused, column_name, reason_code, value
)
SELECT
    is_refused, column_name, reason_code, value, times, line,
    CAST(sum(times) OVER reason AS BIGINT) AS findings,
    min(first_arguments) OVER reason AS first_arguments,
    max(last_arguments) OVER reason AS last_arguments
FROM by_value
WINDOW reason AS (PARTITION BY is_refused, column_name, reason_code)
QUALIFY row_number() OVER (
    PARTITION BY is_refused, column_name, reason_code ORDER BY times DESC, line, value) <= 3
ORDER BY is_refused DESC, findings DESC, column_name, reason_code, times DESC, line, value
