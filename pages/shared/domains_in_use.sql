-- grain: one row per scope and domain in use of it
-- answers: Over which domains is the coverage of several domains taken?
-- columns: scope_code; domain_code, in the order of the pick list
SELECT in_use.scope_code, in_use.domain_code
FROM marts.domains_in_use AS in_use
INNER JOIN reference.scopes AS labels ON in_use.domain_code = labels.scope_code
ORDER BY in_use.scope_code, labels.sort_order
