-- grain: one row per co-operative, as last known
-- answers: its form, when it was born as a co-operative, and whether it lives on the build's day
-- columns: born_on = cooperative_since, else the registration (is_birth_by_registration); is_living; exited_on NULL where nobody told
WITH latest AS (
    SELECT
        row.*,
        drops.next_snapshot_as_of AS gone_on
    FROM accepted.cooperatives AS row
    INNER JOIN accepted.drops AS drops ON row.file_id = drops.file_id
    QUALIFY row_number() OVER (PARTITION BY row.siren ORDER BY row.drop_number DESC) = 1
)

SELECT
    latest.* EXCLUDE (form),
    legal_forms.label_fr AS legal_label_fr,
    -- SCIC, CAE and SAS SCOP have no legal category of their own: only the register can say it
    CASE
        WHEN latest.form IS NOT NULL THEN latest.form
        WHEN legal_forms.cooperative_form IS NOT NULL THEN legal_forms.cooperative_form
        WHEN legal_forms.kind IN ('association', 'individual', 'public') THEN 'other'
        ELSE 'unknown'
    END AS form,
    coalesce(latest.cooperative_since, latest.registered_on) AS born_on,
    latest.cooperative_since IS NULL AND latest.registered_on IS NOT NULL AS is_birth_by_registration,
    least(latest.ceased_on, latest.gone_on) AS exited_on,
    NOT (
        coalesce(coalesce(latest.cooperative_since, latest.registered_on) > settings.as_of, FALSE)
        OR coalesce(least(latest.ceased_on, latest.gone_on) <= settings.as_of, FALSE)
        OR coalesce(latest.is_active = FALSE, FALSE)
    ) AS is_living
FROM latest
LEFT JOIN reference.legal_forms AS legal_forms
    ON latest.legal_category = legal_forms.legal_category
CROSS JOIN reference.settings AS settings
