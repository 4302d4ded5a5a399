-- grain: one row per field, measure and value of one file
-- answers: What did the rows of this file become?
-- columns: field, measure, value (see etl/intake/profile.py); label_en, label_fr (of a code); rows (rows of the file)
SELECT field, measure, value, label_en, label_fr, rows
FROM quality.file_profiles
WHERE file_id = CAST($file AS INTEGER)
ORDER BY field, measure, rows DESC, value
