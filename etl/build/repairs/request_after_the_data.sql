-- column: created_at
-- reason: the request is dated after the newest drop; it counts from the day a drop reaches it
SELECT requests.file_id, requests.line, CAST(requests.created_on AS VARCHAR) AS value
FROM staging.requests AS requests
CROSS JOIN reference.settings AS settings
WHERE requests.created_on > settings.as_of
