-- grain: one row per département (or what is known of the place) and domain scope
-- answers: how complete the records of the providers are that have not left
-- columns: records = providers on the books, active or not, each once in a scope; score_sum of their quality_score; complete = records with nothing to correct
SELECT
    scoped.departement_code,
    scoped.region_code,
    scoped.scope_code,
    count(*) AS records,
    -- decimals add up to the same sum in any order
    CAST(sum(CAST(quality.quality_score AS DECIMAL(9, 4))) AS DECIMAL(18, 4)) AS score_sum,
    count(*) FILTER (WHERE len(quality.to_correct) = 0) AS complete
FROM (
    SELECT DISTINCT
        providers.provider_id, providers.departement_code, providers.region_code, scopes.scope_code
    FROM staging.providers AS providers
    INNER JOIN staging.provider_version_domains AS offered USING (provider_id, version)
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    WHERE coalesce(providers.inactive_reason, '') NOT IN ('left', 'gone', 'inactive')
) AS scoped
INNER JOIN staging.provider_quality AS quality USING (provider_id)
GROUP BY scoped.departement_code, scoped.region_code, scoped.scope_code
ORDER BY scoped.scope_code, scoped.departement_code
