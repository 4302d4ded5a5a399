-- grain: one row per commune and domain scope, whether or not anybody comes
-- answers: how many active providers would come to a commune, 0 said too, and how many people live there
-- columns: providers; population
-- kind: view
-- the zeros are added, not joined: DuckDB 2.0 mistakes the size of sums over a left join whose other
-- table is empty, and cuts them off when it sorts them
SELECT
    commune_code,
    departement_code,
    region_code,
    scope_code,
    max(providers) AS providers,
    max(population) AS population
FROM (
    SELECT
        communes.commune_code, communes.departement_code, communes.region_code,
        scopes.scope_code, CAST(0 AS BIGINT) AS providers, communes.population
    FROM reference.communes AS communes
    CROSS JOIN reference.scopes AS scopes
    WHERE scopes.scope_code <> 'unknown'
    UNION ALL
    SELECT commune_code, departement_code, region_code, scope_code, providers, 0
    FROM marts.commune_supply
    WHERE scope_code <> 'unknown'
) AS known
GROUP BY commune_code, departement_code, region_code, scope_code
