-- grain: one row per request that was filled by the build's day
-- answers: who was hired, when, in which mode and for how much
-- columns: establishment_id of the hired, NULL where nobody named it; month it was filled in (posted in, where nobody told); kind, is_direct, is_cooperative and is_scop of the provider as last known; is_direct = works only as an employee of the household, NULL where it also works otherwise or nobody told; amount_eur, fee_eur only where both are known and the fee is not above the amount
WITH filled AS (
    SELECT
        *,
        coalesce(
            CAST(timezone('Europe/Paris', timezone('UTC', filled_at)) AS DATE), created_on
        ) AS filled_on,
        amount_eur > 0 AND fee_eur <= amount_eur AS is_paid
    FROM staging.requests
    WHERE outcome = 'filled'
)

SELECT
    filled.request_id,
    CAST(date_trunc('month', filled.filled_on) AS DATE) AS month,
    filled.departement_code,
    filled.region_code,
    filled.domain_code,
    filled.provider_id,
    coalesce(providers.establishment_id, filled.provider_id) AS establishment_id,
    coalesce(providers.kind, 'unknown') AS kind,
    cooperatives.provider_id IS NOT NULL AS is_cooperative,
    coalesce(cooperatives.is_scop, FALSE) AS is_scop,
    CASE
        WHEN providers.modes = ['direct'] THEN TRUE
        WHEN len(providers.modes) > 0 AND NOT list_contains(providers.modes, 'direct') THEN FALSE
    END AS is_direct,
    -- decimals add up to the same cent in any order
    CASE WHEN filled.is_paid THEN CAST(filled.amount_eur AS DECIMAL(18, 2)) END AS amount_eur,
    CASE WHEN filled.is_paid THEN CAST(filled.fee_eur AS DECIMAL(18, 2)) END AS fee_eur
FROM filled
LEFT JOIN staging.providers AS providers USING (provider_id)
LEFT JOIN staging.cooperative_providers AS cooperatives USING (provider_id)
CROSS JOIN reference.settings AS settings
WHERE filled.created_on <= settings.as_of AND filled.filled_on <= settings.as_of
