-- grain: one row per pair of steps of a project
-- answers: How long do projects take from one step to the next, those under way or abandoned censored?
-- columns: from_step, to_step; median_days, p90_days (NULL where shown: not reached); contributors that took the first step, reached = of them, the next; status, reason
SELECT from_step, to_step, median_days, p90_days, contributors, reached, status, reason
FROM published.pipeline_times
WHERE territory_level = 'country' AND scope_code = 'all'
ORDER BY from_step, to_step
