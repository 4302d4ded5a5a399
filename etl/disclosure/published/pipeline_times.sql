-- grain: one row per window of five years, territory and pair of steps
-- answers: how long projects take from one step to the next and how that changes, those under way or abandoned censored
-- columns: period (the last of the five years in which they took the first of the two steps, as known at its end); territory_level, territory_code (country, region), scope_code (all); from_step, to_step; median_days by Kaplan-Meier, NULL = not reached (of few projects nine in ten are all, and tell the slowest); contributors = projects that took the first step, reached = of them, those that took the next; status withheld where fewer than five did
-- protects: nothing
-- withheld_below: 5
-- figures: median_days
WITH ends AS (
    SELECT CAST(unnest(generate_series(
        greatest(year(as_of) - 5, (SELECT coalesce(min(year(received_on)), year(as_of)) FROM marts.projects)),
        year(as_of) - 1
    )) AS INTEGER) AS year
    FROM reference.settings
),

pairs AS (
    SELECT
        region_code, least(abandoned_on, registered_on) AS ended_on,
        unnest([
            {'from_step': 'received', 'to_step': 'supported', 'begun': received_on, 'done': supported_on},
            {'from_step': 'supported', 'to_step': 'financed', 'begun': supported_on, 'done': financed_on},
            {'from_step': 'financed', 'to_step': 'registered', 'begun': financed_on, 'done': registered_on},
            {'from_step': 'received', 'to_step': 'registered', 'begun': received_on, 'done': registered_on}
        ]) AS pair
    FROM marts.projects
),

begun AS (
    SELECT
        unnest(places_of(region_code, NULL)) AS place, ended_on, pair, ends.year,
        make_date(ends.year, 12, 31) AS ends_on
    FROM pairs
    INNER JOIN ends
        ON
            pair.begun > make_date(ends.year - 5, 12, 31) AND pair.begun <= make_date(ends.year, 12, 31)
            AND (pair.done IS NULL OR pair.done >= pair.begun)
),

timed AS (
    SELECT
        year, place, pair.from_step AS from_step, pair.to_step AS to_step,
        coalesce(pair.done <= ends_on, FALSE) AS is_done,
        least(ends_on, coalesce(
            pair.done,
            CASE WHEN ended_on IS NOT NULL THEN greatest(ended_on, pair.begun) END,
            ends_on
        )) - pair.begun AS days
    FROM begun
),

by_day AS (
    SELECT
        year, place, from_step, to_step, days, count(*) FILTER (WHERE is_done) AS done,
        count(*) AS leaving
    FROM timed
    GROUP BY ALL
),

waiting AS (
    SELECT
        *,
        sum(leaving) OVER (PARTITION BY year, place, from_step, to_step ORDER BY days DESC) AS waiting
    FROM by_day
),

steps AS (
    SELECT
        *,
        product(1 - done / waiting::DOUBLE) OVER (
            PARTITION BY year, place, from_step, to_step ORDER BY days
        ) AS share_waiting
    FROM waiting
)

SELECT
    CAST(year AS VARCHAR) AS period, place.level AS territory_level, place.code AS territory_code,
    'all' AS scope_code, from_step, to_step,
    CAST(min(days) FILTER (WHERE share_waiting <= 0.5 + 1e-12) AS INTEGER) AS median_days,
    CAST(sum(leaving) AS BIGINT) AS contributors,
    CAST(sum(done) AS BIGINT) AS reached
FROM steps
GROUP BY ALL
ORDER BY period, territory_level, territory_code, from_step, to_step
