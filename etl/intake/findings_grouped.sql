-- grain: one row per reason for which rows of a file were refused or values set aside
-- answers: What was found in the file, how often, and with which values?
-- columns: is_refused; column_name; reason_code; findings (number); first_arguments, last_arguments (what fills the sentence, the first and the last in the order of letters); examples (the three most frequent values: value, times, line of the first)
WITH found AS (
    SELECT true AS is_refused, line, column_name, value, reason_code, arguments
    FROM read_parquet($refused)
    UNION ALL
    SELECT false, line, column_name, value, reason_code, arguments
    FROM read_parquet($repaired)
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
    is_refused, column_name, reason_code,
    CAST(sum(times) AS BIGINT) AS findings,
    min(first_arguments) AS first_arguments, max(last_arguments) AS last_arguments,
    list({'value': value, 'times': times, 'line': line} ORDER BY times DESC, line, value)[1:3] AS examples
FROM by_value
GROUP BY is_refused, column_name, reason_code
ORDER BY is_refused DESC, findings DESC, column_name, reason_code
