-- grain: one row per event in force on the build's day
-- answers: what happened that a time chart should mark
-- columns: happened_on; label as in the file; scope_code, level, code as in marts.targets
WITH misread AS (
    SELECT
        file_id,
        line,
        bool_or(reason_code = 'unknown_domain') AS has_unknown_domain,
        bool_or(reason_code = 'unknown_territory') AS has_unknown_territory
    FROM quality.repaired_values
    WHERE source = 'events'
    GROUP BY file_id, line
)

SELECT
    events."on" AS happened_on,
    events.label,
    CASE
        WHEN coalesce(misread.has_unknown_domain, FALSE) THEN NULL
        ELSE coalesce(events.domain_code, 'all')
    END AS scope_code,
    coalesce(events.territory_level, 'country') AS level,
    CASE
        WHEN coalesce(misread.has_unknown_territory, FALSE) THEN NULL
        WHEN coalesce(events.territory_level, 'country') = 'country' THEN 'FR'
        ELSE events.territory_code
    END AS code
FROM staging.events AS events
LEFT JOIN misread ON events.file_id = misread.file_id AND events.line = misread.line
ORDER BY happened_on, events.label, scope_code, level, code
