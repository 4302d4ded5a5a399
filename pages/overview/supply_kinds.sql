-- grain: one row per kind of provider with at least one active provider, and 'all'
-- answers: How many distinct active providers are based in a place, of which kind?
-- columns: kind; providers (in the country: based anywhere, place unknown too); reaching (those who reach a commune of it, wherever they are based: in the country, those whose commune is known; of several territories together it adds up to no number of providers)
SELECT
    kind,
    CAST(sum(providers_based) AS BIGINT) AS providers,
    CAST(sum(providers_reaching) AS BIGINT) AS reaching
FROM marts.territory_supply
WHERE
    scope_code = $scope
    AND (
        (level = $within_level AND code = $within_code)
        OR list_contains(string_split($within_code, '+'), level || '-' || code)
    )
GROUP BY kind
ORDER BY kind
