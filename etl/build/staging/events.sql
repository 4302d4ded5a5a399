-- grain: one row per key of the contract, as last stated
-- answers: the events in force on the build's day; a later complete list that lacks one has taken it back
SELECT events.*
FROM accepted.events AS events
INNER JOIN accepted.drops AS drops ON events.file_id = drops.file_id
WHERE drops.next_snapshot_number IS NULL
QUALIFY row_number() OVER (PARTITION BY "on", label, domain_code, territory_level, territory_code ORDER BY events.drop_number DESC) = 1
