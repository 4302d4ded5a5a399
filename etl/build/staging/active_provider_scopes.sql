-- grain: one row per establishment that is active on the build's day, and domain scope
-- answers: who counts as supply today
SELECT periods.*
FROM staging.provider_period_scopes AS periods
CROSS JOIN reference.settings AS settings
WHERE
    periods.active_from <= settings.as_of
    AND (periods.active_to IS NULL OR periods.active_to > settings.as_of)
