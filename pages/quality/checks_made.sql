-- grain: one row per check of the build
-- answers: Does the build hold together?
-- columns: check_name; failed_rows (rows that contradict the check)
SELECT check_name, failed_rows
FROM quality.checks
ORDER BY failed_rows DESC, check_name
