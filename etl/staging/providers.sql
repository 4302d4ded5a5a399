-- grain: one row per provider, as last known
-- answers: who the provider is, whether it is active on the build's day, and if not, why
-- columns: inactive_reason left|gone|inactive|not_joined|unpublished|stale|not_approved, NULL while active
SELECT
    versions.* EXCLUDE (is_active),
    CASE
        WHEN left_on <= settings.as_of THEN 'left'
        WHEN gone_on <= settings.as_of THEN 'gone'
        WHEN is_active = FALSE AND left_on IS NULL THEN 'inactive'
        WHEN joined_on > settings.as_of THEN 'not_joined'
        WHEN is_published = FALSE THEN 'unpublished'
        WHEN latest_seen_on < settings.as_of - CAST(settings.freshness_days AS INTEGER) THEN 'stale'
        WHEN NOT EXISTS (
            SELECT 1 FROM staging.provider_version_domains AS offered
            WHERE
                offered.provider_id = versions.provider_id
                AND offered.version = versions.version
                AND offered.approval <> 'no'
        ) THEN 'not_approved'
    END AS inactive_reason
FROM staging.provider_versions AS versions
CROSS JOIN reference.settings AS settings
WHERE is_last
