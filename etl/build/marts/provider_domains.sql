-- grain: one row per provider and domain ('unknown' where none is known)
-- answers: what a provider offers today, and whether it may
-- columns: approval yes|no|unknown|not_required; is_active = on offer in this domain on the build's day; is_supply = and counted, as no other provider of its establishment is (staging.providers)
SELECT
    providers.provider_id,
    providers.establishment_id,
    offered.domain_code,
    offered.approval,
    providers.inactive_reason IS NULL AND offered.approval <> 'no' AS is_active,
    is_active AND providers.is_counted AS is_supply
FROM staging.providers AS providers
INNER JOIN staging.provider_version_domains AS offered USING (provider_id, version)
ORDER BY providers.provider_id, offered.domain_code
