-- column: request_id
-- reason: no drop holds this request; the answer is kept and counts once the request is loaded
SELECT file_id, line, request_id AS value
FROM staging.responses
WHERE is_orphan
