-- column: target
-- reason: a share lies between 0 and 1, so this target is never reached or always is. Correct it
SELECT targets.file_id, targets.line, CAST(targets.target AS VARCHAR) AS value
FROM staging.targets AS targets
INNER JOIN reference.metrics AS metrics ON targets.metric = metrics.metric
WHERE metrics.unit = 'share' AND (targets.target < 0 OR targets.target > 1)
