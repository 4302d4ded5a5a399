-- grain: one row per refused row of some files, corrected already or not
-- answers: What did the rows hold that were refused, and which columns were they refused for?
-- columns: file_id, line; cells (JSON by column, as the download gives them); named (the columns of the reasons)
SELECT
    file_id,
    line,
    coalesce(fields_json, min(row_json)) AS cells,
    list(DISTINCT column_name) FILTER (column_name IS NOT NULL) AS named
FROM quality.refused_rows
WHERE list_contains($files, file_id)
GROUP BY file_id, line, fields_json
ORDER BY file_id, line
