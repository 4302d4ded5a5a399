-- grain: one row per birth cohort (month), origin, form, place, domain scope and age in days
-- answers: how many co-operatives came under observation, ceased or were last seen living at each age
-- columns: entered = seen for the first time at that age (delayed entry: 0 where the register showed it by its birth); exited; censored = still living at the register's last drop; unwatched = never seen living from one drop to another, so that they say nothing (not among entered)
WITH lives AS (
    SELECT
        siren, form, born_on, region_code, departement_code,
        coalesce(origin, 'unknown') AS origin,
        greatest(entered_on - born_on, 0) AS entry_days,
        least(coalesce(exited_on, register_as_of), register_as_of) - born_on AS end_days,
        coalesce(exited_on <= register_as_of, FALSE) AS has_exited
    FROM staging.cooperatives
    WHERE
        born_on IS NOT NULL
        -- closed, but nobody said when: it cannot be placed in time
        AND (exited_on IS NOT NULL OR is_active IS DISTINCT FROM FALSE)
),

moves AS (
    SELECT
        siren, entry_days AS age_days,
        CASE WHEN end_days > entry_days THEN 1 ELSE 0 END AS entered, 0 AS exited, 0 AS censored,
        CASE WHEN end_days > entry_days THEN 0 ELSE 1 END AS unwatched
    FROM lives
    UNION ALL
    SELECT
        siren, end_days, 0, CASE WHEN has_exited THEN 1 ELSE 0 END,
        CASE WHEN has_exited THEN 0 ELSE 1 END, 0
    FROM lives WHERE end_days > entry_days
)

SELECT
    CAST(date_trunc('month', lives.born_on) AS DATE) AS born_month,
    lives.origin, lives.form, lives.region_code, lives.departement_code, scopes.scope_code,
    moves.age_days,
    CAST(sum(moves.entered) AS BIGINT) AS entered,
    CAST(sum(moves.exited) AS BIGINT) AS exited,
    CAST(sum(moves.censored) AS BIGINT) AS censored,
    CAST(sum(moves.unwatched) AS BIGINT) AS unwatched
FROM moves
INNER JOIN lives ON moves.siren = lives.siren
INNER JOIN marts.cooperative_scopes AS scopes ON lives.siren = scopes.siren
GROUP BY ALL
ORDER BY
    scopes.scope_code, born_month, lives.origin, lives.form, lives.region_code,
    lives.departement_code, moves.age_days
