-- grain: one row per provider version that was on offer on at least one day
-- answers: from which day to which day a provider was on offer, with what it offered then
-- columns: active_from, active_to (excluded; NULL while it lasts)
WITH periods AS (
    SELECT
        versions.*,
        CASE
            WHEN version = 1 THEN coalesce(joined_on, versions.as_of)
            ELSE greatest(coalesce(joined_on, versions.as_of), versions.as_of)
        END AS active_from,
        least(
            left_on,
            gone_on,
            next_as_of,
            -- where neither date is known, the file's own word is all there is
            CASE WHEN is_active = FALSE AND left_on IS NULL THEN versions.as_of END,
            latest_seen_on + CAST(settings.freshness_days + 1 AS INTEGER)
        ) AS active_to
    FROM staging.provider_versions AS versions
    CROSS JOIN reference.settings AS settings
    WHERE is_published IS DISTINCT FROM FALSE
)

SELECT *
FROM periods
WHERE active_to IS NULL OR active_to > active_from
