-- grain: one row per key of the contract, as last stated
-- answers: the targets in force on the build's day
SELECT *
FROM accepted.targets
QUALIFY row_number() OVER (PARTITION BY domain_code, territory_level, territory_code, metric, due_on ORDER BY drop_number DESC) = 1
