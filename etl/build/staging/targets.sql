-- grain: one row per key of the contract, as last stated
-- answers: the targets in force on the build's day; a later complete list that lacks one has ended it
-- columns: target in the unit of the metric; is_percentage = a share was given as a percentage, so it is divided by 100 (stated_target as given)
WITH stated AS (
    SELECT
        targets.* EXCLUDE (target),
        targets.target AS stated_target,
        coalesce(metrics.unit = 'share' AND targets.target > 1 AND targets.target <= 100, FALSE) AS is_percentage
    FROM accepted.targets AS targets
    INNER JOIN accepted.drops AS drops ON targets.file_id = drops.file_id
    LEFT JOIN reference.metrics AS metrics ON targets.metric = metrics.metric
    WHERE drops.next_snapshot_number IS NULL
)

SELECT
    *,
    CASE WHEN is_percentage THEN stated_target / 100 ELSE stated_target END AS target
FROM stated
QUALIFY row_number() OVER (PARTITION BY domain_code, territory_level, territory_code, metric, due_on ORDER BY drop_number DESC) = 1
