-- grain: one row per target in force that a file of one's own states
-- answers: Which targets are there to edit, and which file and line do they come from?
-- columns: the fields of the contract (target in the unit of the metric); file, line; is_unknown: it names a domain or a territory that nobody knows, so it counts nowhere
SELECT
    targets.domain_code AS domain,
    targets.territory_level,
    targets.territory_code,
    targets.metric,
    targets.target,
    targets.due_on,
    files.file,
    targets.line,
    EXISTS (
        SELECT 1 FROM quality.repaired_values AS found
        WHERE found.file_id = targets.file_id AND found.line = targets.line
            AND found.reason_code IN ('unknown_domain', 'unknown_territory')
    ) AS is_unknown
FROM staging.targets AS targets
INNER JOIN quality.files AS files ON targets.file_id = files.file_id
WHERE NOT files.is_synthetic
ORDER BY
    targets.metric, targets.domain_code, targets.territory_level, targets.territory_code,
    targets.due_on
