-- grain: one row per provider shown
-- answers: Who are these providers?
-- columns: as in marts.providers; inactive_reason whatever the domain
SELECT
    providers.provider_row, providers.provider_id, providers.name, providers.kind, providers.domain_codes,
    providers.commune_code, providers.commune_name, providers.postcode, providers.city,
    providers.departement_code, providers.departement_name, providers.region_code,
    providers.place_precision, providers.reach_km, providers.is_reach_known,
    providers.inactive_reason, providers.last_seen_on, providers.price_hour_eur, providers.siren
FROM marts.providers AS providers
WHERE providers.provider_row IN (SELECT unnest($rows))
ORDER BY providers.provider_row
