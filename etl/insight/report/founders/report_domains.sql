-- grain: one row per domain in use of the scope asked for
-- answers: Which domains are offered or asked for, and what are they called?
-- columns: code; label_fr, label_en; in the order of the law's families
SELECT scopes.scope_code AS code, scopes.label_fr, scopes.label_en
FROM marts.domains_in_use AS used
INNER JOIN reference.scopes AS scopes ON used.domain_code = scopes.scope_code
WHERE used.scope_code = $scope
ORDER BY scopes.sort_order, scopes.scope_code
