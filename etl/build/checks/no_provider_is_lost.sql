-- label: Every provider that was accepted, and is not abroad, is in the marts, once
SELECT coalesce(accepted.provider_id, marts.provider_id) AS provider_id, count(*) AS rows
FROM (
    SELECT DISTINCT provider_id
    FROM accepted.providers
    WHERE provider_id NOT IN (SELECT key FROM staging.abroad WHERE source = 'providers')
) AS accepted
FULL OUTER JOIN marts.providers AS marts ON accepted.provider_id = marts.provider_id
GROUP BY accepted.provider_id, marts.provider_id
HAVING count(*) <> 1 OR accepted.provider_id IS NULL OR marts.provider_id IS NULL
