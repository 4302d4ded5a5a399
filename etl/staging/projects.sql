-- grain: one row per key of the contract, as last stated
-- answers: the projects in force on the build's day
SELECT *
FROM accepted.projects
QUALIFY row_number() OVER (PARTITION BY project_id ORDER BY drop_number DESC) = 1
