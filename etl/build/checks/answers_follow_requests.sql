-- label: No first answer is dated before its request
SELECT request_id, created_at, first_response_at
FROM staging.requests
WHERE first_response_at < created_at
