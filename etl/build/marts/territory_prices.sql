-- grain: one row per territory down to the département and domain scope with at least one active provider
-- answers: what active providers based in a territory ask for an hour
-- columns: providers = active; priced = those who state a price; median_eur = exact median of the stated prices, NULL where nobody states one (a median does not add up, so each level has its own)
WITH asked AS (
    SELECT
        active.region_code, active.departement_code, active.scope_code, providers.price_hour_eur
    FROM staging.active_provider_scopes AS active
    INNER JOIN staging.providers AS providers ON active.provider_id = providers.provider_id
),

placed AS (
    SELECT 'country' AS level, 'FR' AS code, scope_code, price_hour_eur FROM asked
    UNION ALL
    SELECT 'region', region_code, scope_code, price_hour_eur
    FROM asked WHERE region_code IS NOT NULL
    UNION ALL
    SELECT 'departement', departement_code, scope_code, price_hour_eur
    FROM asked WHERE departement_code IS NOT NULL
)

SELECT
    level,
    code,
    scope_code,
    count(*) AS providers,
    count(price_hour_eur) AS priced,
    median(price_hour_eur) AS median_eur
FROM placed
GROUP BY level, code, scope_code
ORDER BY level, code, scope_code
