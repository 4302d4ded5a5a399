-- grain: one row per provider and per request whose address is abroad as last known
-- answers: which keys count nowhere in France
-- columns: source providers|requests; key
SELECT 'providers' AS source, provider_id AS key
FROM accepted.providers
WHERE provider_id IN (SELECT provider_id FROM accepted.providers WHERE place_precision = 'abroad')
GROUP BY provider_id
HAVING arg_max(place_precision, drop_number) = 'abroad'
UNION ALL
SELECT 'requests', request_id
FROM accepted.requests
WHERE request_id IN (SELECT request_id FROM accepted.requests WHERE place_precision = 'abroad')
GROUP BY request_id
HAVING arg_max(place_precision, drop_number) = 'abroad'
