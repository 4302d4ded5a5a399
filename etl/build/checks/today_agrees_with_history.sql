-- label: The last month of the history holds the providers that are active today
WITH today AS (
    SELECT level, code, scope_code, kind, providers_based
    FROM marts.territory_supply
    WHERE level <> 'commune' AND providers_based > 0
),

history AS (
    SELECT level, code, scope_code, kind, providers
    FROM marts.supply_months
    WHERE month = (SELECT max(month) FROM marts.months) AND providers > 0
)

SELECT
    coalesce(today.level, history.level) AS level, coalesce(today.code, history.code) AS code,
    coalesce(today.scope_code, history.scope_code) AS scope_code,
    coalesce(today.kind, history.kind) AS kind, providers_based, providers
FROM today
FULL OUTER JOIN history USING (level, code, scope_code, kind)
WHERE providers_based IS DISTINCT FROM providers
