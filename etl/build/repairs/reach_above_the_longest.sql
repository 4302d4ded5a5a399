-- column: reach_km
-- reason: the reach is above the longest that counts (max_reach_km in etl/settings.toml); it counts as that one
SELECT providers.file_id, providers.line, CAST(providers.reach_km AS VARCHAR) AS value
FROM accepted.providers AS providers
CROSS JOIN reference.settings AS settings
WHERE providers.reach_km > settings.max_reach_km
