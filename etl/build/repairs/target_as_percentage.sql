-- column: target
-- reason: a share is a number from 0 to 1, so this is taken for a percentage and divided by 100. Write 0.6 for 60 %
SELECT file_id, line, CAST(stated_target AS VARCHAR) AS value
FROM staging.targets
WHERE is_percentage
