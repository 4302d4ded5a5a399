-- grain: one row per family of domains, and one for all of them
-- answers: What are the families called?
-- columns: scope_code; label_fr, label_en
SELECT scope_code, label_fr, label_en
FROM reference.scopes
WHERE scope_kind IN ('all', 'family')
ORDER BY sort_order, scope_code
