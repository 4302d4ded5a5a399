-- grain: one row per kind of provider with at least one active provider, and 'all'
-- answers: How many distinct active providers are based in a place, of which kind?
-- columns: kind; providers (in the country: based anywhere, place unknown too); reaching (those who reach a commune of it, wherever they are based: in the country, those whose commune is known; of several territories together it adds up to no number of providers)
WITH areas AS (
    SELECT split_part(area, '-', 1) AS level, split_part(area, '-', 2) AS code
    FROM (SELECT unnest(CAST($areas AS VARCHAR[])) AS area)
)

-- a join, which the table is sorted for: a condition of two cases would read all of it
SELECT
    supply.kind,
    CAST(sum(supply.providers_based) AS BIGINT) AS providers,
    CAST(sum(supply.providers_reaching) AS BIGINT) AS reaching
FROM marts.territory_supply AS supply
INNER JOIN areas ON supply.level = areas.level AND supply.code = areas.code
WHERE supply.scope_code = $scope
GROUP BY supply.kind
ORDER BY supply.kind
