-- grain: one row, or none when nobody has this identifier
-- answers: What is known of a provider, and where does its record come from?
-- columns: as in marts.providers; legal_label_fr; cooperative_name, cooperative_form,
--   is_cooperative_living, cooperative_since (of the co-operative with its SIREN, NULL without one)
SELECT
    providers.* EXCLUDE (provider_row),
    legal_forms.label_fr AS legal_label_fr,
    cooperatives.name AS cooperative_name,
    cooperatives.form AS cooperative_form,
    cooperatives.is_living AS is_cooperative_living,
    cooperatives.cooperative_since
FROM marts.providers AS providers
LEFT JOIN reference.legal_forms AS legal_forms
    ON providers.legal_category = legal_forms.legal_category
LEFT JOIN marts.cooperatives AS cooperatives ON providers.siren = cooperatives.siren
WHERE providers.provider_id = $provider_id
