-- label.en: Every provider that was accepted is in the marts, once
-- label.fr: Chaque prestataire accepté figure une fois dans les tables
SELECT coalesce(accepted.provider_id, marts.provider_id) AS provider_id, count(*) AS rows
FROM (SELECT DISTINCT provider_id FROM accepted.providers) AS accepted
FULL OUTER JOIN marts.providers AS marts ON accepted.provider_id = marts.provider_id
GROUP BY accepted.provider_id, marts.provider_id
HAVING count(*) <> 1 OR accepted.provider_id IS NULL OR marts.provider_id IS NULL
