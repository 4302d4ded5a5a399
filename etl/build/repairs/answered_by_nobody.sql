-- column: responses
-- reason: the row says that nobody answered, yet tells when somebody did: it counts as answered. Correct whichever is wrong
SELECT file_id, line, CAST(responses AS VARCHAR) AS value
FROM accepted.requests
WHERE responses = 0 AND first_response_at IS NOT NULL
