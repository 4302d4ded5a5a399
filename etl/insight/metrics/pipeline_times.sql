-- label: Time between steps of a project
-- why: Half of the projects received in the period have taken the next step within this many days; projects under way are censored at the date of the data, those abandoned, or registered without that step, at their end, neither is left out. Empty: not reached.
-- unit: days
-- direction: low
-- counts: projects
-- topic: projects
-- levels: country, region, departement, commune
-- sources: projects, project_steps
-- columns: one row for each pair of steps from_step, to_step; numerator = projects that took the next step, denominator = n = all that took the first; p90; left_out = their steps are dated in the wrong order
-- source: the 2006 convention; Kaplan-Meier S(t) = prod(1 - d_i / n_i) in days
WITH
-- shell: projects
pairs AS (
    SELECT
        territory_code, scope_code, least(abandoned_on, registered_on) AS ended_on,
        unnest([
            {'from_step': 'received', 'to_step': 'supported', 'begun': received_on, 'done': supported_on},
            {'from_step': 'supported', 'to_step': 'financed', 'begun': supported_on, 'done': financed_on},
            {'from_step': 'supported', 'to_step': 'agency_support', 'begun': supported_on, 'done': agency_on},
            {'from_step': 'financed', 'to_step': 'registered', 'begun': financed_on, 'done': registered_on},
            {'from_step': 'received', 'to_step': 'registered', 'begun': received_on, 'done': registered_on}
        ]) AS pair
    FROM projects
    WHERE territory_code IS NOT NULL
),

timed AS (
    SELECT
        pairs.territory_code, pairs.scope_code, pair.from_step AS from_step,
        pair.to_step AS to_step,
        pair.done IS NOT NULL AS is_done,
        coalesce(pair.done < pair.begun, FALSE) AS is_out_of_order,
        coalesce(
            pair.done,
            CASE WHEN ended_on IS NOT NULL THEN greatest(ended_on, pair.begun) END,
            settings.as_of
        ) - pair.begun AS days
    FROM pairs
    CROSS JOIN reference.settings AS settings
    WHERE pair.begun IS NOT NULL
),

by_day AS (
    SELECT
        territory_code, scope_code, from_step, to_step, days,
        count(*) FILTER (WHERE is_done AND NOT is_out_of_order) AS done,
        count(*) FILTER (WHERE NOT is_out_of_order) AS leaving,
        count(*) FILTER (WHERE is_out_of_order) AS left_out
    FROM timed
    GROUP BY territory_code, scope_code, from_step, to_step, days
),

waiting AS (
    SELECT
        *,
        sum(leaving) OVER (
            PARTITION BY territory_code, scope_code, from_step, to_step ORDER BY days DESC
        ) AS waiting
    FROM by_day
),

steps AS (
    SELECT
        *,
        product(1 - done / greatest(waiting, 1)::DOUBLE) OVER (
            PARTITION BY territory_code, scope_code, from_step, to_step ORDER BY days
        ) AS share_waiting
    FROM waiting
)

SELECT
    territory_code,
    scope_code,
    CAST(sum(done) AS DOUBLE) AS numerator,
    CAST(sum(leaving) AS DOUBLE) AS denominator,
    CAST(min(days) FILTER (WHERE share_waiting <= 0.5 + 1e-12) AS DOUBLE) AS value,
    CAST(sum(leaving) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    from_step,
    to_step,
    CAST(min(days) FILTER (WHERE share_waiting <= 0.1 + 1e-12) AS DOUBLE) AS p90,
    CAST(sum(left_out) AS BIGINT) AS left_out
FROM steps
GROUP BY territory_code, scope_code, from_step, to_step
ORDER BY territory_code, scope_code, from_step, to_step
