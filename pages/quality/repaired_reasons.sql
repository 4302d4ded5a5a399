-- grain: one row per source, column and reason for repairing
-- answers: Which values were set aside, and how often?
-- columns: source; column_name; reason_code; repaired_values (values)
SELECT
    source, column_name, reason_code,
    count(*) AS repaired_values
FROM quality.repaired_values
GROUP BY source, column_name, reason_code
ORDER BY repaired_values DESC, source, column_name, reason_code
