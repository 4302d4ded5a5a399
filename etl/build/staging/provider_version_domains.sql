-- grain: one row per provider version and domain ('unknown' where none is known)
-- answers: may the provider offer this domain
-- columns: approval yes|no|unknown|not_required (Code du travail D7231-1, L7232-1, L7232-6)
WITH offered AS (
    SELECT
        provider_id, version, kind, modes, approvals,
        unnest(CASE WHEN len(domain_codes) > 0 THEN domain_codes ELSE ['unknown'] END) AS domain_code
    FROM staging.provider_versions
)

SELECT
    offered.provider_id,
    offered.version,
    offered.domain_code,
    CASE
        WHEN NOT coalesce(domains.needs_agrement, FALSE) THEN 'not_required'
        WHEN list_has_any(approvals, [offered.domain_code || ':agrement', '*:agrement']) THEN 'yes'
        WHEN
            domains.autorisation_accepted_in_prestataire
            AND list_contains(modes, 'prestataire')
            AND list_has_any(approvals, [offered.domain_code || ':autorisation', '*:autorisation'])
            THEN 'yes'
        WHEN list_contains(modes, 'direct') THEN 'not_required'
        WHEN approvals IS NULL OR len(approvals) = 0 THEN 'unknown'
        -- somebody whom the household might employ directly is not known to lack anything
        WHEN coalesce(len(modes), 0) = 0 AND coalesce(kind, 'individual') = 'individual' THEN 'unknown'
        ELSE 'no'
    END AS approval
FROM offered
LEFT JOIN reference.domains AS domains ON offered.domain_code = domains.domain_code
