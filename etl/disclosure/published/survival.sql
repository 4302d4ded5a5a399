-- grain: one row per territory, domain scope, form, origin, birth cohort and number of years lived
-- answers: how many co-operatives survive 1 to 10 years, by Kaplan-Meier with delayed entry, as anybody can work out from the public register
-- columns: territory_level, territory_code (country, region); scope_code (all; families for the country); form ('all'; scop, scic in scope all, origin all); origin ('all' or one); cohort ('all' or the first and last year of birth, as 2015-2019); years; survival (share), low, high (95 %), NULL where it cannot be told: why living_only (no exit known in any drop), seen_late (nobody seen in the first year of life: the register tells of survivors only), not_followed (at some age nobody was under observation), too_young; followed = co-operatives seen for some time; at_risk at that age; exits before it
-- protects: nothing
WITH moves AS (
    SELECT
        unnest(places_of(region_code, NULL)) AS place,
        scope_code, form, origin, born_month, age_days, entered, exited, censored
    FROM marts.survival_days
    WHERE entered + exited + censored > 0
),

origins AS (
    SELECT * REPLACE (unnest(['all', origin]) AS origin) FROM moves
),

forms AS (
    SELECT * REPLACE (unnest(['all', form]) AS form) FROM origins
),

cut AS (
    SELECT
        place.level AS territory_level, place.code AS territory_code, scope_code, form, origin,
        unnest([
            'all', printf('%d-%d', year(born_month) // 5 * 5, year(born_month) // 5 * 5 + 4)
        ]) AS cohort,
        age_days, entered, exited, censored
    FROM forms
    WHERE
        (form = 'all' AND scope_code = 'all')
        OR (form IN ('scop', 'scic') AND scope_code = 'all' AND origin = 'all')
        OR (form = 'all' AND scope_code LIKE 'family_%' AND place.level = 'country' AND origin = 'all')
),

by_age AS (
    SELECT
        territory_level, territory_code, scope_code, form, origin, cohort, age_days,
        sum(entered) AS entered, sum(exited) AS exited, sum(censored) AS censored
    FROM cut
    GROUP BY ALL
),

at_risk AS (
    SELECT
        *,
        -- who entered before that age and had not gone by then
        coalesce(sum(entered - exited - censored) OVER earlier, 0) AS at_risk,
        sum(entered - exited - censored) OVER upto AS remaining,
        coalesce(sum(entered) OVER later, 0) AS to_enter
    FROM by_age
    WINDOW
        earlier AS (
            PARTITION BY territory_level, territory_code, scope_code, form, origin, cohort
            ORDER BY age_days ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ),
        upto AS (
            PARTITION BY territory_level, territory_code, scope_code, form, origin, cohort
            ORDER BY age_days ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ),
        later AS (
            PARTITION BY territory_level, territory_code, scope_code, form, origin, cohort
            ORDER BY age_days ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING
        )
),

steps AS (
    SELECT
        *,
        product(CASE WHEN exited > 0 THEN 1 - exited / at_risk::DOUBLE ELSE 1.0 END) OVER upto
            AS survival,
        sum(CASE
            WHEN exited > 0 AND exited < at_risk
                THEN exited / (at_risk::DOUBLE * (at_risk - exited))
            ELSE 0.0
        END) OVER upto AS variance
    FROM at_risk
    WINDOW upto AS (
        PARTITION BY territory_level, territory_code, scope_code, form, origin, cohort
        ORDER BY age_days
    )
),

asked AS (
    SELECT
        steps.territory_level, steps.territory_code, steps.scope_code, steps.form,
        steps.origin, steps.cohort, years.years,
        sum(steps.entered) AS followed,
        sum(steps.entered) FILTER (WHERE age_days < 365.25 * years.years)
        - coalesce(sum(steps.exited + steps.censored) FILTER (
            WHERE age_days < 365.25 * years.years
        ), 0) AS at_risk,
        coalesce(sum(steps.exited) FILTER (WHERE age_days <= 365.25 * years.years), 0) AS exits,
        coalesce(
            arg_max(steps.survival, age_days) FILTER (WHERE age_days <= 365.25 * years.years), 1
        ) AS survival,
        coalesce(
            arg_max(steps.variance, age_days) FILTER (WHERE age_days <= 365.25 * years.years), 0
        ) AS variance,
        max(age_days) >= 365.25 * years.years AS is_old_enough,
        min(age_days) AS first_entry_days,
        coalesce(bool_or(
            remaining = 0 AND to_enter > 0 AND age_days < 365.25 * years.years
        ), FALSE) AS has_gap
    FROM steps
    CROSS JOIN range(1, 11) AS years (years)
    GROUP BY
        steps.territory_level, steps.territory_code, steps.scope_code, steps.form, steps.origin,
        steps.cohort, years.years
),

told AS (
    SELECT
        *,
        CASE
            WHEN (SELECT count(exited_on) FROM marts.cooperatives) = 0 THEN 'living_only'
            WHEN first_entry_days > 365 THEN 'seen_late'
            WHEN has_gap THEN 'not_followed'
            WHEN NOT is_old_enough AND survival > 0 THEN 'too_young'
        END AS why
    FROM asked
)

SELECT
    territory_level, territory_code, scope_code, form, origin, cohort,
    CAST(years AS INTEGER) AS years,
    CASE WHEN why IS NULL THEN round(survival, 6) END AS survival,
    CASE
        WHEN why IS NOT NULL THEN NULL
        WHEN exits = 0 THEN round(wilson_low(at_risk, at_risk), 6)
        WHEN survival > 0 AND survival < 1
            THEN round(exp(-exp(ln(-ln(survival)) + 1.959963984540054 * sqrt(variance) / abs(ln(survival)))), 6)
        ELSE 0.0
    END AS low,
    CASE
        WHEN why IS NOT NULL THEN NULL
        WHEN survival > 0 AND survival < 1
            THEN round(exp(-exp(ln(-ln(survival)) - 1.959963984540054 * sqrt(variance) / abs(ln(survival)))), 6)
        ELSE round(survival, 6)
    END AS high,
    CAST(followed AS BIGINT) AS followed,
    CAST(coalesce(at_risk, 0) AS BIGINT) AS at_risk,
    CAST(exits AS BIGINT) AS exits,
    why
FROM told
ORDER BY territory_level, territory_code, scope_code, form, origin, cohort, years
