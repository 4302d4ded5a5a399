-- What has become of refused rows: adds is_corrected to quality.refused_rows and counts them by file.
-- A refused row is corrected when a correction of its file brings it back, refused or not: what is
-- still wrong with it is listed with the correction. It is told by the line that the download wrote
-- beside it, else by its key, and a row without a key by any row of a new key, first come.
-- `returned` (target, line, corrected_line, key): the rows of all corrections, target = the file_id
-- of the drop that they correct.
ALTER TABLE quality.refused_rows ADD COLUMN is_corrected BOOLEAN DEFAULT FALSE;

CREATE TEMP TABLE corrected AS
WITH refused AS (
    SELECT DISTINCT file_id, line, key FROM quality.refused_rows
),

known AS (
    SELECT refused.file_id, refused.line
    FROM refused
    WHERE EXISTS (
        SELECT 1 FROM returned
        WHERE returned.target = refused.file_id
            AND coalesce(returned.corrected_line = refused.line, returned.key = refused.key)
    )
),

without_key AS (
    SELECT file_id, line, row_number() OVER (PARTITION BY file_id ORDER BY line) AS turn
    FROM refused
    WHERE key IS NULL AND (file_id, line) NOT IN (SELECT (file_id, line) FROM known)
),

new_key AS (
    SELECT target, row_number() OVER (PARTITION BY target ORDER BY key) AS turn
    FROM (SELECT DISTINCT target, key FROM returned WHERE corrected_line IS NULL AND key IS NOT NULL)
    WHERE (target, key) NOT IN (SELECT (file_id, key) FROM refused WHERE key IS NOT NULL)
)

SELECT file_id, line FROM known
UNION
SELECT without_key.file_id, without_key.line
FROM without_key
INNER JOIN new_key ON without_key.file_id = new_key.target AND without_key.turn = new_key.turn;

UPDATE quality.refused_rows SET is_corrected = TRUE
WHERE (file_id, line) IN (SELECT (file_id, line) FROM corrected);

UPDATE quality.files SET corrected_rows = (
    SELECT count(*) FROM corrected WHERE corrected.file_id = files.file_id
);

DROP TABLE corrected;
