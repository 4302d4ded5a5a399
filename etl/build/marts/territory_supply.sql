-- grain: one row per territory, domain scope and kind ('all' and each) with at least one active provider
-- answers: how many distinct active providers are based in a territory, and how many reach any of it
-- columns: level country|region|departement|commune, code; providers_based; providers_reaching; the country counts places unknown too
WITH kinds AS (
    SELECT
        scope_code, commune_code, departement_code, region_code, unnest([kind, 'all']) AS kind
    FROM staging.active_provider_scopes
),

based AS (
    SELECT 'country' AS level, 'FR' AS code, scope_code, kind, count(*) AS providers_based
    FROM kinds GROUP BY scope_code, kind
    UNION ALL
    SELECT 'region', region_code, scope_code, kind, count(*)
    FROM kinds WHERE region_code IS NOT NULL GROUP BY region_code, scope_code, kind
    UNION ALL
    SELECT 'departement', departement_code, scope_code, kind, count(*)
    FROM kinds WHERE departement_code IS NOT NULL GROUP BY departement_code, scope_code, kind
    UNION ALL
    SELECT 'commune', commune_code, scope_code, kind, count(*)
    FROM kinds WHERE commune_code IS NOT NULL GROUP BY commune_code, scope_code, kind
),

-- all providers of one origin and reach touch the same territories: count them together, the
-- kinds side by side, so that the join below meets each origin once
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

touched AS (
    SELECT
        nearest.level, nearest.code, origins.scope_code,
        sum(everybody) AS everybody, sum(individual) AS individual,
        sum(association) AS association, sum(company) AS company, sum(cooperative) AS cooperative
    FROM origins
    INNER JOIN nearest
        ON origins.commune_code = nearest.from_commune_code AND nearest.km <= origins.reach_km
    GROUP BY nearest.level, nearest.code, origins.scope_code
),

by_kind AS (
    SELECT
        level, code, scope_code,
        unnest([
            {'kind': 'all', 'providers': everybody},
            {'kind': 'individual', 'providers': individual},
            {'kind': 'association', 'providers': association},
            {'kind': 'company', 'providers': company},
            {'kind': 'cooperative', 'providers': cooperative},
            {
                'kind': 'unknown',
                'providers':
                    everybody - individual - association - company - cooperative
            }
        ]) AS told
    FROM touched
),

reaching AS (
    SELECT
        level, code, scope_code, told.kind AS kind, told.providers AS providers_reaching
    FROM by_kind
    WHERE told.providers > 0
)

SELECT
    coalesce(based.level, reaching.level) AS level,
    coalesce(based.code, reaching.code) AS code,
    coalesce(based.scope_code, reaching.scope_code) AS scope_code,
    coalesce(based.kind, reaching.kind) AS kind,
    CAST(coalesce(based.providers_based, 0) AS BIGINT) AS providers_based,
    CAST(coalesce(reaching.providers_reaching, 0) AS BIGINT) AS providers_reaching
FROM based
FULL OUTER JOIN reaching
    ON
        based.level = reaching.level
        AND based.code = reaching.code
        AND based.scope_code = reaching.scope_code
        AND based.kind = reaching.kind
ORDER BY level, code, scope_code, kind
