-- label: Active providers
-- why: Distinct providers based in the territory that are on offer on the build's day: joined, not left, published, seen recently, not known to lack the approval.
-- unit: count
-- direction: high
-- counts: providers who come here
-- topic: supply
-- levels: country, region, departement, commune
-- sources: providers
WITH counted AS (
    SELECT
        supply.code AS territory_code, supply.scope_code,
        supply.providers_based AS numerator, supply.providers_reaching AS n
    FROM marts.territory_supply AS supply
    INNER JOIN reference.territories AS territories
        ON supply.level = territories.level AND supply.code = territories.code
    WHERE
        supply.kind = 'all'
        AND supply.level = $level
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, supply.scope_code)
)

-- shell: number
