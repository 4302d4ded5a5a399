-- grain: one row per département (or what is known of the place), domain scope, set of months active and set of months hired in
-- answers: how many distinct providers (of one establishment, one) were active, or hired, in any set of months
-- columns: active_months, hired_months = sums of marts.months.month_bit; providers, counted once, where they are based as last known
WITH bounds AS (
    SELECT
        settings.as_of,
        (SELECT 12 * year(min(month)) + month(min(month)) FROM marts.months) AS first_month
    FROM reference.settings AS settings
),

periods AS (
    SELECT
        periods.establishment_id,
        periods.scope_code,
        greatest(
            12 * year(periods.active_from) + month(periods.active_from) - bounds.first_month, 0
        ) AS first_place,
        12 * year(least(periods.active_to - 1, bounds.as_of))
        + month(least(periods.active_to - 1, bounds.as_of)) - bounds.first_month AS last_place
    FROM staging.provider_period_scopes AS periods
    CROSS JOIN bounds
    WHERE periods.active_from <= bounds.as_of
),

active AS (
    SELECT
        establishment_id,
        scope_code,
        -- all months from the first place to the last
        bit_or(
            (CAST(1 AS UBIGINT) << CAST(last_place + 1 AS UBIGINT))
            - (CAST(1 AS UBIGINT) << CAST(first_place AS UBIGINT))
        ) AS active_months
    FROM periods
    WHERE last_place >= first_place
    GROUP BY establishment_id, scope_code
),

hired AS (
    SELECT hires.establishment_id, scopes.scope_code, bit_or(months.month_bit) AS hired_months
    FROM (SELECT DISTINCT establishment_id, domain_code, month FROM staging.hires) AS hires
    INNER JOIN marts.months AS months ON hires.month = months.month
    INNER JOIN reference.domain_scopes AS scopes ON hires.domain_code = scopes.domain_code
    GROUP BY hires.establishment_id, scopes.scope_code
)

SELECT
    providers.departement_code,
    providers.region_code,
    active.scope_code,
    active.active_months,
    coalesce(hired.hired_months, CAST(0 AS UBIGINT)) AS hired_months,
    count(*) AS providers
FROM active
INNER JOIN staging.providers AS providers
    ON active.establishment_id = providers.establishment_id AND providers.is_counted
LEFT JOIN hired
    ON active.establishment_id = hired.establishment_id AND active.scope_code = hired.scope_code
GROUP BY ALL
ORDER BY scope_code, departement_code, active_months, hired_months
