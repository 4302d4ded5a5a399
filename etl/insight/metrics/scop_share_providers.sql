-- label: Co-operatives among active providers
-- why: Share of the active providers based in the territory that are co-operatives: tied to the register by their siren, else by their legal category or the kind they state.
-- unit: share
-- direction: high
-- counts: providers
-- topic: co-operatives
-- levels: country, region, departement, commune
-- sources: providers
-- columns: scop = the SCOPs among the co-operatives
-- source: Wilson interval
WITH offered AS (
    SELECT DISTINCT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code, providers.provider_id, providers.is_cooperative, providers.is_scop
    FROM marts.providers AS providers
    INNER JOIN marts.provider_domains AS offered ON providers.provider_id = offered.provider_id
    INNER JOIN reference.domain_scopes AS scopes ON offered.domain_code = scopes.domain_code
    WHERE
        offered.is_supply
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, scopes.scope_code)
),

counted AS (
    SELECT
        territory_code, scope_code,
        count(*) FILTER (WHERE is_cooperative) AS numerator, count(*) AS denominator,
        count(*) FILTER (WHERE is_scop) AS scop
    FROM offered
    GROUP BY territory_code, scope_code
)

-- shell: share
