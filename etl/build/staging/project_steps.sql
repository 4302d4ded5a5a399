-- grain: one row per project, step, day and organisation, as last stated
-- answers: the steps that projects have taken; several organisations may finance one project
-- columns: on = day of the step, NULL where it is dated before its project was received (is_before_received; stated_on keeps what was said)
WITH latest AS (
    SELECT *
    FROM accepted.project_steps
    QUALIFY
        row_number() OVER (
            PARTITION BY project_id, step, "on", organisation ORDER BY drop_number DESC
        ) = 1
),

received AS (
    SELECT project_id, min("on") AS received_on
    FROM latest
    WHERE step = 'received'
    GROUP BY project_id
)

SELECT
    latest.* EXCLUDE ("on"),
    CASE WHEN NOT coalesce(latest."on" < received.received_on, FALSE) THEN latest."on" END AS "on",
    latest."on" AS stated_on,
    coalesce(latest."on" < received.received_on, FALSE) AS is_before_received
FROM latest
LEFT JOIN received ON latest.project_id = received.project_id
