-- label: A provider that is said to be active counts as supply, once with those of its SIRET, and no other does
WITH said AS (SELECT provider_id FROM marts.providers WHERE is_active AND is_counted),

counted AS (SELECT provider_id FROM staging.active_provider_scopes WHERE scope_code = 'all')

SELECT coalesce(said.provider_id, counted.provider_id) AS provider_id
FROM said
FULL OUTER JOIN counted ON said.provider_id = counted.provider_id
WHERE said.provider_id IS NULL OR counted.provider_id IS NULL
UNION ALL
-- an establishment with an active provider counts, and in each scope once
SELECT min(provider_id)
FROM marts.providers
GROUP BY establishment_id
HAVING bool_or(is_active) AND NOT bool_or(is_active AND is_counted)
UNION ALL
SELECT min(provider_id)
FROM staging.active_provider_scopes
GROUP BY establishment_id, scope_code
HAVING count(*) > 1
