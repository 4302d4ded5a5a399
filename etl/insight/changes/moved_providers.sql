-- grain: one row per domain, now or before, of each establishment that is active in other domains than it was
-- answers: Who may have arrived or gone, whatever scope is looked at?
-- columns: establishment_id as it is known now, so that a SIRET that is added moves nobody; was_active, was_known in the previous build; is_active, is_known, inactive_reason in the one served; areas it is based in, as now known: ['region-53', 'departement-35']
WITH ids AS (
    SELECT
        coalesce(today.provider_id, before.provider_id) AS provider_id,
        coalesce(today.establishment_id, before.establishment_id) AS establishment_id,
        before.provider_id IS NOT NULL AS was_known,
        today.provider_id IS NOT NULL AS is_known,
        CASE WHEN today.is_counted THEN today.inactive_reason END AS inactive_reason,
        coalesce(today.region_code, before.region_code) AS region_code,
        coalesce(today.departement_code, before.departement_code) AS departement_code
    FROM served.marts.providers AS today
    FULL OUTER JOIN previous.marts.providers AS before ON today.provider_id = before.provider_id
),

establishments AS (
    SELECT
        establishment_id,
        bool_or(was_known) AS was_known,
        bool_or(is_known) AS is_known,
        max(inactive_reason) AS inactive_reason,
        ['region-' || max(region_code), 'departement-' || max(departement_code)] AS areas
    FROM ids
    GROUP BY establishment_id
),

offered AS (
    SELECT
        ids.establishment_id,
        told.domain_code,
        bool_or(told.was_active) AS was_active,
        bool_or(told.is_active) AS is_active
    FROM (
        SELECT provider_id, domain_code, is_supply AS was_active, FALSE AS is_active
        FROM previous.marts.provider_domains
        UNION ALL
        SELECT provider_id, domain_code, FALSE, is_supply
        FROM served.marts.provider_domains
    ) AS told
    INNER JOIN ids ON told.provider_id = ids.provider_id
    GROUP BY ids.establishment_id, told.domain_code
)

SELECT
    offered.*,
    establishments.was_known,
    establishments.is_known,
    establishments.inactive_reason,
    establishments.areas
FROM offered
INNER JOIN establishments ON offered.establishment_id = establishments.establishment_id
WHERE offered.establishment_id IN (
    SELECT moved.establishment_id FROM offered AS moved WHERE moved.was_active <> moved.is_active
)
