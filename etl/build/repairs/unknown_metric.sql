-- column: metric
-- reason: no metric has this name, so no page shows the target. The names stand in data/README.md
SELECT file_id, line, metric AS value
FROM staging.targets
WHERE metric NOT IN (SELECT metric FROM reference.metrics)
