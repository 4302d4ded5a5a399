-- label.en: A provider that is said to be active counts as supply, and no other does
-- label.fr: Un prestataire dit actif compte dans l'offre, et lui seul
WITH said AS (SELECT provider_id FROM marts.providers WHERE is_active),

counted AS (SELECT provider_id FROM staging.active_provider_scopes WHERE scope_code = 'all')

SELECT coalesce(said.provider_id, counted.provider_id) AS provider_id
FROM said
FULL OUTER JOIN counted ON said.provider_id = counted.provider_id
WHERE said.provider_id IS NULL OR counted.provider_id IS NULL
