-- grain: one row per file that was loaded, the newest first
-- answers: What was read, how was it dated, and how much of it could be used?
-- columns: file_id; source; file; as_of; as_of_origin (sidecar, name, rows); mode (delta, snapshot); read_rows, accepted_rows, refused_rows, filtered_rows, merged_rows (rows; filtered: left out by the sidecar, or other firms' rows of an official register; merged: accepted, and part of another's row); corrected_rows (of the refused: brought back by a correction); corrects (the file that it corrects); repaired_values (values); unknown_columns (names, joined by a comma)
SELECT
    file_id, source, file, as_of, as_of_origin, mode,
    read_rows, accepted_rows, refused_rows, filtered_rows, merged_rows,
    corrected_rows, corrects, repaired_values, unknown_columns
FROM quality.files
ORDER BY as_of DESC, source, file
