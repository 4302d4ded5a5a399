-- grain: one row per change and reason
-- answers: How many providers of the scopes and areas became active or ceased to be, and why?
-- columns: change arrived|gone; reason: for arrived new|back, for gone the inactive_reason of the provider, not_offered (active, but no longer in these scopes) or absent (no longer in any file); providers
WITH moved AS (
    SELECT
        establishment_id,
        bool_or(is_active) AS has_arrived,
        bool_or(was_known) AS was_known,
        bool_or(is_known) AS is_known,
        max(inactive_reason) AS inactive_reason
    FROM moved_providers
    WHERE
        domain_code IN (
            SELECT domain_code FROM served.reference.domain_scopes WHERE list_contains($scopes, scope_code)
        )
        AND (len($areas) = 0 OR list_has_any($areas, areas))
    GROUP BY establishment_id
    HAVING bool_or(is_active) <> bool_or(was_active)
)

SELECT
    CASE WHEN has_arrived THEN 'arrived' ELSE 'gone' END AS change,
    CASE
        WHEN has_arrived AND was_known THEN 'back'
        WHEN has_arrived THEN 'new'
        WHEN is_known THEN coalesce(inactive_reason, 'not_offered')
        ELSE 'absent'
    END AS reason,
    count(*) AS providers
FROM moved
GROUP BY change, reason
ORDER BY change, providers DESC, reason
