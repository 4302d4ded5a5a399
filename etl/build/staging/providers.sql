-- grain: one row per provider, as last known
-- answers: who the provider is, whether it is active on the build's day, and if not, why
-- columns: inactive_reason left|gone|inactive|not_joined|unpublished|stale|not_approved, NULL while active; is_counted = of the providers of one establishment, the one that it counts as: the latest row (newest drop, then the later line) among those that are active, else among all; contributor = its siren, else the establishment (providers of one siren are one contributor)
WITH latest AS (
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
)

SELECT
    *,
    row_number() OVER speaking = 1 AS is_counted,
    coalesce(first_value(siren) OVER speaking, establishment_id) AS contributor
FROM latest
WINDOW speaking AS (
    PARTITION BY establishment_id
    ORDER BY inactive_reason IS NULL DESC, drop_number DESC, line DESC, provider_id DESC
)
