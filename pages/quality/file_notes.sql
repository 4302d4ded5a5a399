-- grain: one row per note on a file, the newest file first, as on the table of files
-- answers: What was guessed of a file, and what of its sidecar met no row?
-- columns: file; note_code, arguments (what its sentence is made of)
SELECT notes.file, notes.note_code, notes.arguments
FROM quality.file_notes AS notes
INNER JOIN quality.files AS files ON notes.file_id = files.file_id
ORDER BY files.as_of DESC, files.source, files.file, notes.note_code, notes.arguments
