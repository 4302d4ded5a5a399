-- grain: one row per domain in use of the scope
-- answers: Over which domains is the coverage of several domains taken?
-- columns: domain_code, in the order of the pick list
SELECT in_use.domain_code
FROM marts.domains_in_use AS in_use
INNER JOIN reference.scopes AS labels ON in_use.domain_code = labels.scope_code
WHERE in_use.scope_code = $scope
ORDER BY labels.sort_order
