-- grain: one row per month, territory down to the département, domain scope and kind ('all' and each)
-- answers: how many providers were on offer at the end of each month, how many came and went in it
-- columns: providers active on the month's last day (the build's day in the last month); joined, left_providers within the month
-- what began before the first month shown counts from that month on
WITH first_month AS (SELECT min(month) AS month FROM marts.months),

moves AS (
    SELECT
        region_code, departement_code, scope_code, kind,
        greatest(CAST(date_trunc('month', active_from) AS DATE), first_month.month) AS month,
        1 AS change,
        CASE WHEN is_first_day AND active_from >= first_month.month THEN 1 ELSE 0 END AS joined,
        0 AS left_providers
    FROM staging.provider_period_scopes
    CROSS JOIN first_month
    CROSS JOIN reference.settings AS settings
    WHERE active_from <= settings.as_of
    UNION ALL
    SELECT
        region_code, departement_code, scope_code, kind,
        greatest(CAST(date_trunc('month', active_to) AS DATE), first_month.month),
        -1,
        0,
        CASE WHEN is_last_day AND active_to >= first_month.month THEN 1 ELSE 0 END
    FROM staging.provider_period_scopes
    CROSS JOIN first_month
    CROSS JOIN reference.settings AS settings
    WHERE active_to <= settings.as_of
),

-- added up before a row is repeated for each level and for 'all' kinds
added AS (
    SELECT
        region_code, departement_code, scope_code, kind, month, sum(change) AS change,
        sum(joined) AS joined, sum(left_providers) AS left_providers
    FROM moves
    GROUP BY region_code, departement_code, scope_code, kind, month
),

kinds AS (SELECT * REPLACE (unnest([kind, 'all']) AS kind) FROM added),

placed AS (
    SELECT 'country' AS level, 'FR' AS code, * EXCLUDE (region_code, departement_code) FROM kinds
    UNION ALL
    SELECT 'region', region_code, * EXCLUDE (region_code, departement_code)
    FROM kinds WHERE region_code IS NOT NULL
    UNION ALL
    SELECT 'departement', departement_code, * EXCLUDE (region_code, departement_code)
    FROM kinds WHERE departement_code IS NOT NULL
),

by_month AS (
    SELECT
        level, code, scope_code, kind, month,
        sum(change) AS change, sum(joined) AS joined, sum(left_providers) AS left_providers
    FROM placed
    GROUP BY level, code, scope_code, kind, month
),

cells AS (
    SELECT level, code, scope_code, kind, min(month) AS since
    FROM by_month
    GROUP BY level, code, scope_code, kind
)

SELECT
    months.month,
    cells.level,
    cells.code,
    cells.scope_code,
    cells.kind,
    CAST(sum(coalesce(by_month.change, 0)) OVER (
        PARTITION BY cells.level, cells.code, cells.scope_code, cells.kind ORDER BY months.month
    ) AS BIGINT) AS providers,
    CAST(coalesce(by_month.joined, 0) AS BIGINT) AS joined,
    CAST(coalesce(by_month.left_providers, 0) AS BIGINT) AS left_providers
FROM cells
INNER JOIN marts.months AS months ON months.month >= cells.since
LEFT JOIN by_month USING (level, code, scope_code, kind, month)
ORDER BY cells.kind, cells.level, cells.code, cells.scope_code, months.month
