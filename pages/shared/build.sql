-- grain: one row
-- answers: Which build is served, as of when, and what do its figures take for granted?
-- columns: build_id; as_of (date); is_synthetic; files (number of drops); settings (JSON)
SELECT build_id, as_of, is_synthetic, files, settings
FROM quality.build
