-- grain: one row per domain of a provider, in the order of the pick list
-- answers: What does a provider offer, and may it?
-- columns: domain_code; label_fr; label_en; approval (yes|no|unknown|not_required); is_active
SELECT
    offered.domain_code, scopes.label_fr, scopes.label_en, offered.approval, offered.is_active
FROM marts.provider_domains AS offered
INNER JOIN reference.scopes AS scopes ON offered.domain_code = scopes.scope_code
WHERE offered.provider_id = $provider_id
ORDER BY scopes.sort_order
