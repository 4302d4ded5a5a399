-- grain: one row per change and reason
-- answers: How many providers of the scope became active or ceased to be, and why?
-- columns: change arrived|gone; reason: for arrived new|back, for gone the inactive_reason of the provider, not_offered (active, but no longer in this scope) or absent (no longer in any file); providers
WITH scoped AS (
    SELECT domain_code FROM served.reference.domain_scopes WHERE scope_code = $scope
),

before AS (
    SELECT DISTINCT offered.provider_id
    FROM previous.marts.provider_domains AS offered
    INNER JOIN scoped ON offered.domain_code = scoped.domain_code
    WHERE offered.is_active
),

today AS (
    SELECT DISTINCT offered.provider_id
    FROM served.marts.provider_domains AS offered
    INNER JOIN scoped ON offered.domain_code = scoped.domain_code
    WHERE offered.is_active
)

SELECT 'arrived' AS change, CASE WHEN known.provider_id IS NULL THEN 'new' ELSE 'back' END AS reason,
    count(*) AS providers
FROM today
ANTI JOIN before ON today.provider_id = before.provider_id
LEFT JOIN previous.marts.providers AS known ON today.provider_id = known.provider_id
GROUP BY reason
UNION ALL
SELECT 'gone', CASE
        WHEN known.provider_id IS NULL THEN 'absent'
        ELSE coalesce(known.inactive_reason, 'not_offered')
    END AS reason,
    count(*)
FROM before
ANTI JOIN today ON before.provider_id = today.provider_id
LEFT JOIN served.marts.providers AS known ON before.provider_id = known.provider_id
GROUP BY reason
ORDER BY change, providers DESC, reason
