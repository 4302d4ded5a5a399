-- grain: one row per scope (everything, a family, a domain, unknown), in the order of the pick list
-- answers: Which fields of activity can a reader choose?
-- columns: scope_code; scope_kind (all, family, domain, unknown); label_fr; label_en; family_code
SELECT scope_code, scope_kind, label_fr, label_en, family_code
FROM reference.scopes
ORDER BY sort_order, scope_code
