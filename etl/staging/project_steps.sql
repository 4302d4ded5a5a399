-- grain: one row per project, step, day and organisation, as last stated
-- answers: the steps that projects have taken; several organisations may finance one project
SELECT *
FROM accepted.project_steps
QUALIFY
    row_number() OVER (
        PARTITION BY project_id, step, "on", organisation ORDER BY drop_number DESC
    ) = 1
