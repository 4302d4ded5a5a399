-- label.en: Co-operatives among active providers
-- label.fr: Coopératives parmi les prestataires actifs
-- why.en: Share of the active providers based in the territory that are co-operatives: tied to the register by their siren, else by their legal category or the kind they state.
-- why.fr: Part des prestataires actifs installés dans le territoire qui sont des coopératives : rattachés au registre par leur siren, sinon par leur catégorie juridique ou leur nature déclarée.
-- unit: share
-- low_is_good: false
-- columns: scop = the SCOPs among the co-operatives
-- source: metric dictionary: scop_share; Wilson interval
WITH offered AS (
    SELECT DISTINCT
        territory_of($level, providers.region_code, providers.departement_code, providers.commune_code)
            AS territory_code,
        scopes.scope_code, providers.provider_id, providers.is_cooperative, providers.is_scop
    FROM marts.providers AS providers
    INNER JOIN marts.provider_domains AS offered ON providers.provider_id = offered.provider_id
    INNER JOIN reference.domain_scopes AS scopes ON offered.domain_code = scopes.domain_code
    WHERE
        offered.is_active
        AND lies_within(
            $within_level, $within_code,
            providers.region_code, providers.departement_code, providers.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
),

counted AS (
    SELECT
        territory_code, scope_code, count(*) AS providers,
        count(*) FILTER (WHERE is_cooperative) AS cooperatives, count(*) FILTER (WHERE is_scop) AS scop
    FROM offered
    WHERE territory_code IS NOT NULL
    GROUP BY territory_code, scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(cooperatives AS DOUBLE) AS numerator,
    CAST(providers AS DOUBLE) AS denominator,
    cooperatives / providers::DOUBLE AS value,
    providers AS n,
    wilson_low(cooperatives, providers) AS low,
    wilson_high(cooperatives, providers) AS high,
    scop
FROM counted
ORDER BY territory_code, scope_code
