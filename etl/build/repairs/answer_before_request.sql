-- column: responded_at
-- reason: the answer is dated before its request was posted; its time is not used
SELECT file_id, line, CAST(responded_at AS VARCHAR) AS value
FROM staging.responses
WHERE is_before_request
