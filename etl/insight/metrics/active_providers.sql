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
        CASE WHEN $level = 'several' THEN $level ELSE supply.code END AS territory_code,
        supply.scope_code,
        sum(supply.providers_based) AS numerator,
        -- one that reaches two of several territories would count twice
        CASE WHEN $level <> 'several' THEN sum(supply.providers_reaching) END AS n
    FROM marts.territory_supply AS supply
    INNER JOIN reference.territories AS territories USING (level, code)
    WHERE
        supply.kind = 'all'
        AND CASE $level
            WHEN 'several' THEN list_contains(
                string_split($within_code, '+'), supply.level || '-' || supply.code
            )
            ELSE supply.level = $level
        END
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, supply.scope_code)
    GROUP BY territory_code, supply.scope_code
)

-- shell: number
