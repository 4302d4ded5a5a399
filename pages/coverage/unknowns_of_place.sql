-- grain: one row
-- answers: Of the active providers of a scope based in a place, of how many is it not known when they were seen, how far they travel, whether they are approved?
-- columns: providers; seen_unknown (they count as seen); reach_unknown (the default reach is taken); approval_unknown (only a known lack excludes)
WITH offered AS (
    SELECT offers.provider_id, bool_or(offers.approval = 'unknown') AS is_approval_unknown
    FROM marts.provider_domains AS offers
    INNER JOIN reference.domain_scopes AS scopes ON offers.domain_code = scopes.domain_code
    WHERE scopes.scope_code = $scope AND offers.is_supply
    GROUP BY offers.provider_id
)

SELECT
    count(*) AS providers,
    count(*) FILTER (WHERE providers.last_seen_on IS NULL) AS seen_unknown,
    count(*) FILTER (WHERE NOT providers.is_reach_known) AS reach_unknown,
    count(*) FILTER (WHERE offered.is_approval_unknown) AS approval_unknown
FROM marts.providers AS providers
INNER JOIN offered ON providers.provider_id = offered.provider_id
WHERE
    lies_within(
        $within_level, $within_code,
        providers.region_code, providers.departement_code, providers.commune_code
    )
