-- column: filled_at
-- reason: the status says that nobody took it, yet a date tells when it was filled: it counts as filled. Correct whichever is wrong
SELECT file_id, line, CAST(paris_time(filled_at) AS VARCHAR) AS value
FROM accepted.requests
WHERE status <> 'filled' AND filled_at IS NOT NULL
