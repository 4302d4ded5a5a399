-- column: provider_id
-- reason: no drop holds this provider; the request counts, but for no provider
SELECT requests.file_id, requests.line, requests.provider_id AS value
FROM staging.requests AS requests
WHERE
    requests.provider_id IS NOT NULL
    AND EXISTS (SELECT 1 FROM staging.providers)
    AND requests.provider_id NOT IN (SELECT provider_id FROM staging.providers)
    AND requests.provider_id NOT IN (SELECT key FROM staging.abroad WHERE source = 'providers')
