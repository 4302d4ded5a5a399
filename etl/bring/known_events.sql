-- grain: one row per event in force that a file of one's own states
-- answers: Which events are there to edit, and which file and line do they come from?
-- columns: the fields of the contract; file, line; is_unknown: as in known_targets.sql
SELECT
    events."on",
    events.label,
    events.domain_code AS domain,
    events.territory_level,
    events.territory_code,
    files.file,
    events.line,
    EXISTS (
        SELECT 1 FROM quality.repaired_values AS found
        WHERE found.file_id = events.file_id AND found.line = events.line
            AND found.reason_code IN ('unknown_domain', 'unknown_territory')
    ) AS is_unknown
FROM staging.events AS events
INNER JOIN quality.files AS files ON events.file_id = files.file_id
WHERE NOT files.is_synthetic
ORDER BY events."on", events.label, events.domain_code, events.territory_level, events.territory_code
