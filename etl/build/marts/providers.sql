-- grain: one row per provider, as last known
-- answers: who a provider is, where it is based, how far it travels, whether it is active, where its record came from
-- index: provider_row
-- columns: base_commune_code = the commune, else the one nearest to its point, from which it travels; reach_km as used (is_reach_known tells a default); inactive_reason NULL while active; establishment_id, is_counted as in staging.providers; is_cooperative, is_scop as in staging.cooperative_providers; quality_score 0 to 1 and to_correct, as in staging.provider_quality; provider_row = its number in the order of provider_id, from 0
SELECT
    providers.provider_id,
    providers.name,
    coalesce(providers.kind, 'unknown') AS kind,
    providers.modes,
    providers.legal_category,
    providers.siren,
    providers.siret,
    providers.establishment_id,
    providers.is_counted,
    providers.domain_codes,
    providers.approvals,
    providers.commune_code,
    providers.base_commune_code,
    communes.name AS commune_name,
    providers.postcode,
    providers.city,
    providers.departement_code,
    departements.name AS departement_name,
    providers.region_code,
    providers.place_precision,
    providers.reach_km,
    providers.is_reach_known,
    providers.capacity_per_month,
    providers.price_hour_eur,
    providers.joined_on,
    least(providers.left_on, providers.gone_on) AS left_on,
    providers.latest_seen_on AS last_seen_on,
    providers.is_published,
    providers.inactive_reason IS NULL AS is_active,
    providers.inactive_reason,
    providers.employees,
    providers.url,
    cooperatives.provider_id IS NOT NULL AS is_cooperative,
    coalesce(cooperatives.is_scop, FALSE) AS is_scop,
    quality.quality_score,
    quality.to_correct,
    CAST(row_number() OVER (ORDER BY providers.provider_id) - 1 AS INTEGER) AS provider_row,
    files.file AS source_file,
    providers.line AS source_line,
    providers.as_of AS source_as_of
FROM staging.providers AS providers
LEFT JOIN reference.communes AS communes USING (commune_code)
LEFT JOIN reference.departements AS departements
    ON providers.departement_code = departements.departement_code
LEFT JOIN staging.cooperative_providers AS cooperatives USING (provider_id)
INNER JOIN staging.provider_quality AS quality USING (provider_id)
INNER JOIN quality.files AS files USING (file_id)
ORDER BY providers.provider_id
