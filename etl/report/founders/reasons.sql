-- grain: one row per source, column and reason, of refused rows and of repaired values
-- answers: Why were rows refused and values repaired?
-- columns: outcome (refused, repaired); source; reason_fr, reason_en (a line number in them is left out); found (rows and columns listed with it)
SELECT
    'refused' AS outcome, source,
    min(regexp_replace(reason_fr, 'ligne [0-9]+', 'ligne …')) AS reason_fr,
    min(regexp_replace(reason_en, 'line [0-9]+', 'line …')) AS reason_en,
    count(*) AS found
FROM quality.refused_rows
GROUP BY source, column_name, reason_code
UNION ALL
SELECT 'repaired', source, min(reason_fr), min(reason_en), count(*)
FROM quality.repaired_values
GROUP BY source, column_name, reason_code
ORDER BY outcome, found DESC, source, reason_en
