-- grain: one row per provider that is a co-operative
-- answers: which providers are co-operatives, and which of them SCOPs
-- columns: tied by siren to the register, else by their legal category, else by the kind they state; is_scop FALSE where nobody told
SELECT
    providers.provider_id,
    coalesce(legal_forms.cooperative_form = 'scop', cooperatives.form = 'scop', FALSE) AS is_scop
FROM staging.providers AS providers
LEFT JOIN reference.legal_forms AS legal_forms USING (legal_category)
LEFT JOIN staging.cooperatives AS cooperatives USING (siren)
WHERE
    cooperatives.siren IS NOT NULL
    OR legal_forms.kind = 'cooperative'
    OR providers.kind = 'cooperative'
