-- grain: one row per quarter, provider (its siren where known), place and domain with a hire
-- answers: who was hired how often in a quarter
-- columns: quarter (its first day); contributor = siren, else establishment (staging.providers); is_cooperative, is_scop; hires whose provider is named
SELECT
    CAST(date_trunc('quarter', hires.month) AS DATE) AS quarter,
    coalesce(providers.contributor, hires.provider_id) AS contributor,
    hires.region_code,
    hires.departement_code,
    hires.domain_code,
    hires.is_cooperative,
    hires.is_scop,
    count(*) AS hires
FROM staging.hires AS hires
LEFT JOIN staging.providers AS providers ON hires.provider_id = providers.provider_id
WHERE hires.provider_id IS NOT NULL
GROUP BY ALL
ORDER BY quarter, contributor, hires.departement_code, hires.domain_code
