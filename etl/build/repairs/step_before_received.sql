-- column: on
-- reason: the step is dated before its project was received; its date is not used. Correct one of the two dates
SELECT file_id, line, CAST(stated_on AS VARCHAR) AS value
FROM staging.project_steps
WHERE is_before_received
