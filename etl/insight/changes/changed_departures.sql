-- grain: one row per complete list that came since the previous build and made many leave, the newest first
-- answers: After which list did so many leave that somebody should look?
-- columns: source; file; as_of (the day on which they left); known (keys before the list); leaving (of them)
SELECT files.source, files.file, files.as_of, left_by.known, left_by.leaving
FROM served.quality.departures AS left_by
INNER JOIN served.quality.files AS files ON left_by.file_id = files.file_id
WHERE
    left_by.is_mass
    AND NOT EXISTS (
        SELECT 1
        FROM previous.quality.files AS earlier
        WHERE
            earlier.source = files.source
            AND earlier.content_hash = files.content_hash
            AND earlier.mode = files.mode
    )
ORDER BY files.as_of DESC, files.source, files.file
