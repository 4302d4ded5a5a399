-- grain: one row per key of the contract, as last stated
-- answers: the project_steps in force on the build's day
SELECT *
FROM accepted.project_steps
QUALIFY row_number() OVER (PARTITION BY project_id, step ORDER BY drop_number DESC) = 1
