-- grain: one row per kind of provider with at least one active provider, and 'all'
-- answers: How many distinct active providers are there, of which kind?
-- columns: kind; providers (based anywhere, place unknown too); reaching (those whose commune is known, so that they reach one)
SELECT kind, providers_based AS providers, providers_reaching AS reaching
FROM marts.territory_supply
WHERE level = 'country' AND scope_code = $scope
ORDER BY kind
