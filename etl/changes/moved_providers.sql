-- grain: one row per domain, now or before, of each provider that is active in other domains than it was
-- answers: Who may have arrived or gone, whatever scope is looked at?
-- columns: was_active, was_known in the previous build; is_active, is_known, inactive_reason in the one served
WITH offered AS (
    SELECT
        coalesce(today.provider_id, before.provider_id) AS provider_id,
        coalesce(today.domain_code, before.domain_code) AS domain_code,
        coalesce(before.is_active, FALSE) AS was_active,
        coalesce(today.is_active, FALSE) AS is_active
    FROM served.marts.provider_domains AS today
    FULL OUTER JOIN previous.marts.provider_domains AS before
        ON today.provider_id = before.provider_id AND today.domain_code = before.domain_code
)

SELECT
    offered.*,
    before.provider_id IS NOT NULL AS was_known,
    today.provider_id IS NOT NULL AS is_known,
    today.inactive_reason
FROM offered
LEFT JOIN previous.marts.providers AS before ON offered.provider_id = before.provider_id
LEFT JOIN served.marts.providers AS today ON offered.provider_id = today.provider_id
WHERE offered.provider_id IN (
    SELECT moved.provider_id FROM offered AS moved WHERE moved.was_active <> moved.is_active
)
