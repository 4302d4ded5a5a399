-- grain: one row per territory, domain scope and kind ('all' and each) with at least one active provider
-- answers: how many distinct active providers are based in a territory, and how many reach any of it
-- columns: level country|region|departement|commune, code; providers_based; providers_reaching; the country counts places unknown too
WITH placed AS (
    SELECT
        scope_code, kind,
        unnest([
            {'level': 'country', 'code': 'FR'},
            {'level': 'region', 'code': region_code},
            {'level': 'departement', 'code': departement_code},
            {'level': 'commune', 'code': commune_code}
        ]) AS territory
    FROM staging.active_provider_scopes
),

-- the kinds side by side, so that the joins below meet each territory and scope once
based AS (
    SELECT
        territory.level AS level, territory.code AS code, scope_code,
        count(*) AS everybody,
        count(*) FILTER (WHERE kind = 'individual') AS individual,
        count(*) FILTER (WHERE kind = 'association') AS association,
        count(*) FILTER (WHERE kind = 'company') AS company,
        count(*) FILTER (WHERE kind = 'cooperative') AS cooperative
    FROM placed
    WHERE territory.code IS NOT NULL
    GROUP BY territory, scope_code
),

-- all providers of one origin and reach touch the same territories: count them together
origins AS (
    SELECT
        base_commune_code AS commune_code, reach_km, scope_code,
        count(*) AS everybody,
        count(*) FILTER (WHERE kind = 'individual') AS individual,
        count(*) FILTER (WHERE kind = 'association') AS association,
        count(*) FILTER (WHERE kind = 'company') AS company,
        count(*) FILTER (WHERE kind = 'cooperative') AS cooperative
    FROM staging.active_provider_scopes
    WHERE base_commune_code IS NOT NULL
    GROUP BY base_commune_code, reach_km, scope_code
),

-- how near the nearest point of each territory is to each origin
nearest AS (
    SELECT pairs.from_commune_code, 'commune' AS level, pairs.to_commune_code AS code, pairs.km
    FROM staging.reach_communes AS pairs
    UNION ALL
    SELECT pairs.from_commune_code, 'departement', communes.departement_code, min(pairs.km)
    FROM staging.reach_communes AS pairs
    INNER JOIN reference.communes AS communes ON pairs.to_commune_code = communes.commune_code
    GROUP BY pairs.from_commune_code, communes.departement_code
    UNION ALL
    SELECT pairs.from_commune_code, 'region', communes.region_code, min(pairs.km)
    FROM staging.reach_communes AS pairs
    INNER JOIN reference.communes AS communes ON pairs.to_commune_code = communes.commune_code
    GROUP BY pairs.from_commune_code, communes.region_code
    UNION ALL
    SELECT DISTINCT from_commune_code, 'country', 'FR', 0.0
    FROM staging.reach_communes
),

reaching AS (
    SELECT
        nearest.level, nearest.code, origins.scope_code,
        sum(everybody) AS everybody, sum(individual) AS individual,
        sum(association) AS association, sum(company) AS company, sum(cooperative) AS cooperative
    FROM origins
    INNER JOIN nearest
        ON origins.commune_code = nearest.from_commune_code AND nearest.km <= origins.reach_km
    GROUP BY nearest.level, nearest.code, origins.scope_code
),

told AS (
    SELECT
        coalesce(based.level, reaching.level) AS level,
        coalesce(based.code, reaching.code) AS code,
        coalesce(based.scope_code, reaching.scope_code) AS scope_code,
        -- in the order of the kinds' names
        [
            {'kind': 'all', 'based': based.everybody, 'reaching': reaching.everybody},
            {'kind': 'association', 'based': based.association, 'reaching': reaching.association},
            {'kind': 'company', 'based': based.company, 'reaching': reaching.company},
            {'kind': 'cooperative', 'based': based.cooperative, 'reaching': reaching.cooperative},
            {'kind': 'individual', 'based': based.individual, 'reaching': reaching.individual},
            {
                'kind': 'unknown',
                'based': based.everybody - based.association - based.company - based.cooperative
                - based.individual,
                'reaching': reaching.everybody - reaching.association - reaching.company - reaching.cooperative
                - reaching.individual
            }
        ] AS kinds
    FROM based
    FULL OUTER JOIN reaching USING (level, code, scope_code)
    ORDER BY level, code, scope_code
)

SELECT
    level, code, scope_code, counted.kind AS kind,
    CAST(coalesce(counted.based, 0) AS BIGINT) AS providers_based,
    CAST(coalesce(counted.reaching, 0) AS BIGINT) AS providers_reaching
FROM (SELECT level, code, scope_code, unnest(kinds) AS counted FROM told)
WHERE counted.based > 0 OR counted.reaching > 0
