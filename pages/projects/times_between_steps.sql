-- grain: one row per window of five years, territory and pair of steps of a project
-- answers: How long do projects take from one step to the next, those under way or abandoned censored, and how does that change?
-- columns: level, code; period (the window's last year); from_step, to_step; median_days (NULL where shown: not reached); contributors that took the first step, reached = of them, the next; status shown|withheld
SELECT
    territory_level AS level, territory_code AS code, period, from_step, to_step, median_days,
    contributors, reached, status
FROM published.pipeline_times
WHERE scope_code = 'all'
ORDER BY level, code, period, from_step, to_step
