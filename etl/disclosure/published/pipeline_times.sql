-- grain: one row per pair of steps
-- answers: how long projects take from one step to the next, those under way or abandoned censored
-- columns: period (the last closed year: projects that took the first of the two steps in the five years up to its end, as known then); territory_level, territory_code, scope_code (the country, all); from_step, to_step; median_days, p90_days by Kaplan-Meier, NULL = not reached; contributors = projects that took the first step, reached = of them, those that took the next
-- protects: nothing
-- withheld_below: 11
WITH ends AS (
    SELECT make_date(year(as_of) - 1, 12, 31) AS ends_on FROM reference.settings
),

pairs AS (
    SELECT
        least(abandoned_on, registered_on) AS ended_on,
        unnest([
            {'from_step': 'received', 'to_step': 'supported', 'begun': received_on, 'done': supported_on},
            {'from_step': 'supported', 'to_step': 'financed', 'begun': supported_on, 'done': financed_on},
            {'from_step': 'financed', 'to_step': 'registered', 'begun': financed_on, 'done': registered_on},
            {'from_step': 'received', 'to_step': 'registered', 'begun': received_on, 'done': registered_on}
        ]) AS pair
    FROM marts.projects
),

timed AS (
    SELECT
        pair.from_step AS from_step, pair.to_step AS to_step,
        coalesce(pair.done <= ends.ends_on, FALSE) AS is_done,
        least(ends.ends_on, coalesce(
            pair.done,
            CASE WHEN ended_on IS NOT NULL THEN greatest(ended_on, pair.begun) END,
            ends.ends_on
        )) - pair.begun AS days
    FROM pairs
    CROSS JOIN ends
    WHERE
        pair.begun BETWEEN ends.ends_on - INTERVAL 5 YEAR + INTERVAL 1 DAY AND ends.ends_on
        AND (pair.done IS NULL OR pair.done >= pair.begun)
),

by_day AS (
    SELECT
        from_step, to_step, days, count(*) FILTER (WHERE is_done) AS done, count(*) AS leaving
    FROM timed
    GROUP BY from_step, to_step, days
),

waiting AS (
    SELECT
        *,
        sum(leaving) OVER (PARTITION BY from_step, to_step ORDER BY days DESC) AS waiting
    FROM by_day
),

steps AS (
    SELECT
        *,
        product(1 - done / waiting::DOUBLE) OVER (
            PARTITION BY from_step, to_step ORDER BY days
        ) AS share_waiting
    FROM waiting
)

SELECT
    CAST((SELECT year(ends_on) FROM ends) AS VARCHAR) AS period,
    'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code,
    from_step, to_step,
    CAST(min(days) FILTER (WHERE share_waiting <= 0.5 + 1e-12) AS INTEGER) AS median_days,
    CAST(min(days) FILTER (WHERE share_waiting <= 0.1 + 1e-12) AS INTEGER) AS p90_days,
    CAST(sum(leaving) AS BIGINT) AS contributors,
    CAST(sum(done) AS BIGINT) AS reached
FROM steps
GROUP BY from_step, to_step
ORDER BY from_step, to_step
