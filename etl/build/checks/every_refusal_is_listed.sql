-- label: Every refused row is listed with its reason
SELECT files.source, files.file, files.refused_rows, count(DISTINCT refused.line) AS listed
FROM quality.files AS files
LEFT JOIN quality.refused_rows AS refused ON files.file_id = refused.file_id
GROUP BY files.file_id, files.source, files.file, files.refused_rows
-- a wide line makes several rows, so fewer lines than refused rows may be listed, never none
HAVING
    count(DISTINCT refused.line) > files.refused_rows
    OR (files.refused_rows > 0 AND count(DISTINCT refused.line) = 0)
