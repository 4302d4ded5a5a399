-- grain: one row per pair of steps of a project in a territory, of the five years up to the last closed one
-- answers: How long do projects take from one step to the next, and did they take longer before?
-- columns: from_step, to_step; median_days (NULL: withheld, or not reached); contributors that took the first step, reached = of them, the next; status shown|withheld; median_before, status_before, period_before = the earliest five years told
SELECT
    now.from_step, now.to_step, now.median_days, now.contributors, now.reached,
    now.status, before.median_days AS median_before, before.status AS status_before,
    before.period AS period_before
FROM published.pipeline_times AS now
LEFT JOIN published.pipeline_times AS before
    ON
        now.territory_level = before.territory_level AND now.territory_code = before.territory_code
        AND now.scope_code = before.scope_code
        AND now.from_step = before.from_step AND now.to_step = before.to_step
        AND before.period = (SELECT min(period) FROM published.pipeline_times)
        AND before.period < now.period
WHERE
    now.territory_level = $level AND now.territory_code = $code AND now.scope_code = 'all'
    AND now.period = (SELECT max(period) FROM published.pipeline_times)
ORDER BY now.from_step, now.to_step
