-- grain: one row per file with refused rows
-- answers: Which files could rows to correct come from, and what does a correction of them need?
-- columns: file_id, source, file, as_of, content_hash; columns (head of the rows, a list) and verbs (TOML) of the download; last (the correction of the file that comes after its others, empty without any)
SELECT
    files.file_id,
    files.source,
    files.file,
    CAST(files.as_of AS VARCHAR) AS as_of,
    files.content_hash,
    given.columns,
    given.verbs,
    coalesce((
        SELECT max(other.file) FROM quality.files AS other WHERE other.corrects = files.file
    ), '') AS last
FROM quality.files AS files
INNER JOIN quality.to_correct AS given ON files.file_id = given.file_id
ORDER BY files.file_id
