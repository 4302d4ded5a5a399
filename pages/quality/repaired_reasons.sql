-- grain: one row per source, column and reason for repairing
-- answers: Which values were set aside, and how often?
-- columns: source; column_name; reason_code; reason_en; reason_fr (one example of the reason's text); repaired_values (values)
SELECT
    source, column_name, reason_code,
    min(reason_en) AS reason_en,
    min(reason_fr) AS reason_fr,
    count(*) AS repaired_values
FROM quality.repaired_values
GROUP BY source, column_name, reason_code
ORDER BY repaired_values DESC, source, column_name, reason_code
