-- grain: one row per domain in use of the scope
-- answers: Over which domains is the coverage of several domains taken?
-- columns: domain_code, in the order of the pick list
SELECT in_use.domain_code
FROM marts.domains_in_use AS in_use
-- no join by the code: of its few domains a filter would be made that costs ten times the rest
CROSS JOIN (
    SELECT list(scope_code ORDER BY sort_order, scope_code) AS scopes_in_order FROM reference.scopes
) AS labels
WHERE in_use.scope_code = $scope
ORDER BY list_position(labels.scopes_in_order, in_use.domain_code)
