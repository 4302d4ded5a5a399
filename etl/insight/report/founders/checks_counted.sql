-- grain: one row
-- answers: How many checks of the build passed?
-- columns: passed; checks
SELECT count(*) FILTER (WHERE failed_rows = 0) AS passed, count(*) AS checks
FROM quality.checks
