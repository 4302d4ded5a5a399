-- label: Survival of co-operatives
-- why: The share of co-operatives born in the period that still live after so many years. Each counts from the day the register first shows it (delayed entry): one that was seen only because it had survived says nothing of its early years. Every exit counts, mergers and changes of form too; one that vanished between two files is dated by the second. Where the register tells of no exit, or nobody was watched, it cannot be told: empty, never 100 %.
-- unit: share
-- direction: high
-- counts: co-operatives
-- topic: co-operatives
-- levels: country, region, departement
-- sources: cooperatives
-- columns: years lived ($years; empty list: each age at which one ceased, for the curve); $origin and $form ('all' or one); numerator = exits so far, denominator = n = co-operatives followed, left_out = never seen living from one drop to another; at_risk at that age; why the value is empty: living_only (no exit known in any drop), seen_late (nobody seen in the first year of life), not_followed (at some age nobody was watched), too_young; low, high: log-log Greenwood, without any exit Wilson's lower limit of those at risk
-- source: Kaplan-Meier S(t) = prod(1 - d_i / n_i), n(t) = entered before t and not yet gone; years of 365.25 days
WITH cut AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code, age_days, entered, exited, censored, unwatched
    FROM marts.survival_days
    WHERE
        born_month BETWEEN $from AND $to
        AND ($origin = 'all' OR origin = $origin)
        AND ($form = 'all' OR form = $form)
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
),

by_age AS (
    SELECT
        territory_code, scope_code, age_days, sum(entered) AS entered, sum(exited) AS exited,
        sum(entered - exited - censored) AS change, sum(unwatched) AS unwatched
    FROM cut
    WHERE territory_code IS NOT NULL
    GROUP BY territory_code, scope_code, age_days
),

at_risk AS (
    SELECT
        *,
        sum(change) OVER upto AS remaining,
        -- who entered before that age and had not gone by then
        coalesce(sum(change) OVER before, 0) AS at_risk,
        sum(entered) OVER everybody AS followed,
        sum(entered) OVER everybody - sum(entered) OVER upto AS to_enter
    FROM by_age
    WINDOW
        upto AS (
            PARTITION BY territory_code, scope_code ORDER BY age_days
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ),
        before AS (
            PARTITION BY territory_code, scope_code ORDER BY age_days
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        everybody AS (PARTITION BY territory_code, scope_code)
),

steps AS (
    SELECT
        *,
        product(1 - exited / greatest(at_risk, 1)::DOUBLE) OVER upto AS survival,
        sum(CASE
            WHEN exited < at_risk THEN exited / (at_risk::DOUBLE * (at_risk - exited)) ELSE 0.0
        END) OVER upto AS variance,
        sum(exited) OVER upto AS exits,
        min(age_days) FILTER (WHERE entered > 0) OVER everybody AS first_seen_days,
        max(age_days) FILTER (WHERE entered + exited + change <> 0) OVER everybody AS last_seen_days,
        bool_or(remaining = 0 AND to_enter > 0) OVER upto AS has_gap
    FROM at_risk
    WINDOW
        upto AS (
            PARTITION BY territory_code, scope_code ORDER BY age_days
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ),
        everybody AS (PARTITION BY territory_code, scope_code)
),

asked AS (
    SELECT territory_code, scope_code, age_days / 365.25 AS years, age_days AS asked_days
    FROM steps
    WHERE len($years) = 0 AND exited > 0
    UNION ALL
    SELECT territory_code, scope_code, years, 365.25 * years
    FROM (SELECT DISTINCT territory_code, scope_code FROM steps)
    CROSS JOIN (SELECT unnest(CAST($years AS DOUBLE[])) AS years)
),

known AS (
    SELECT
        asked.territory_code, asked.scope_code, asked.years,
        max(steps.followed) AS followed,
        sum(steps.unwatched) AS left_out,
        -- the last step up to that age; before the first one everybody lives
        coalesce(arg_max(steps.survival, steps.age_days) FILTER (WHERE age_days <= asked_days), 1)
            AS survival,
        coalesce(arg_max(steps.variance, steps.age_days) FILTER (WHERE age_days <= asked_days), 0)
            AS variance,
        coalesce(max(steps.exits) FILTER (WHERE age_days <= asked_days), 0) AS exits,
        coalesce(sum(steps.change) FILTER (WHERE age_days < asked_days), 0) AS at_risk,
        coalesce(bool_or(steps.has_gap) FILTER (WHERE age_days < asked_days), FALSE) AS has_gap,
        coalesce(max(steps.first_seen_days) > 365, FALSE) AS is_seen_late,
        coalesce(max(steps.last_seen_days) < asked.asked_days, TRUE) AS is_too_young
    FROM asked
    INNER JOIN steps
        ON asked.territory_code = steps.territory_code AND asked.scope_code = steps.scope_code
    GROUP BY asked.territory_code, asked.scope_code, asked.years, asked.asked_days
),

told AS (
    SELECT
        *,
        CASE
            WHEN (SELECT count(exited_on) FROM marts.cooperatives) = 0 THEN 'living_only'
            WHEN is_seen_late THEN 'seen_late'
            WHEN followed = 0 OR has_gap THEN 'not_followed'
            WHEN is_too_young AND survival > 0 THEN 'too_young'
        END AS why,
        1.959963984540054 * sqrt(variance) / abs(ln(nullif(nullif(survival, 0), 1))) AS spread
    FROM known
)

SELECT
    territory_code,
    scope_code,
    CAST(exits AS DOUBLE) AS numerator,
    CAST(followed AS DOUBLE) AS denominator,
    CASE WHEN why IS NULL THEN survival END AS value,
    CAST(followed AS BIGINT) AS n,
    CASE
        WHEN why IS NOT NULL THEN NULL
        WHEN exits = 0 THEN wilson_low(at_risk, at_risk)
        ELSE coalesce(exp(-exp(ln(-ln(nullif(nullif(survival, 0), 1))) + spread)), 0)
    END AS low,
    CASE
        WHEN why IS NOT NULL THEN NULL
        ELSE coalesce(exp(-exp(ln(-ln(nullif(nullif(survival, 0), 1))) - spread)), survival)
    END AS high,
    years,
    CAST(at_risk AS BIGINT) AS at_risk,
    CAST(left_out AS BIGINT) AS left_out,
    why
FROM told
ORDER BY territory_code, scope_code, years
