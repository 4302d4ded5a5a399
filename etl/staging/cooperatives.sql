-- grain: one row per co-operative, as last known
-- answers: its form, when it was born as a co-operative, since when and until when the register shows it, and whether it lives on the build's day
-- columns: born_on = cooperative_since, else the registration (is_birth_by_registration); is_living; exited_on = as stated, else the first drop that no longer shows it, or shows it inactive after it was shown living; NULL where nobody told; exit_kind 'unknown' where it left without a word; entered_on = day of the first drop that shows it; register_as_of = day of the register's last drop; is_scop_compliant yes|no|unknown: employees hold at least 51 % of the capital and 65 % of the votes, NULL for forms that need not
WITH shown AS (
    SELECT
        siren,
        min(as_of) AS entered_on,
        max(drop_number) FILTER (WHERE is_active IS DISTINCT FROM FALSE) AS last_living_number
    FROM accepted.cooperatives
    GROUP BY siren
),

-- a word that comes after it was shown living dates the exit, as a row that is gone does
inactive AS (
    SELECT row.siren, min(row.as_of) AS inactive_on
    FROM accepted.cooperatives AS row
    INNER JOIN shown ON row.siren = shown.siren
    WHERE row.is_active = FALSE AND row.drop_number > shown.last_living_number
    GROUP BY row.siren
),

latest AS (
    SELECT
        row.*,
        shown.entered_on,
        coalesce(
            least(row.ceased_on, drops.next_snapshot_as_of), inactive.inactive_on
        ) AS exited_on
    FROM accepted.cooperatives AS row
    INNER JOIN accepted.drops AS drops ON row.file_id = drops.file_id
    INNER JOIN shown ON row.siren = shown.siren
    LEFT JOIN inactive ON row.siren = inactive.siren
    QUALIFY row_number() OVER (PARTITION BY row.siren ORDER BY row.drop_number DESC) = 1
),

formed AS (
    SELECT
        latest.* EXCLUDE (form, exit_kind),
        legal_forms.label_fr AS legal_label_fr,
        -- SCIC, CAE and SAS SCOP have no legal category of their own: only the register can say it
        CASE
            WHEN latest.form IS NOT NULL THEN latest.form
            WHEN legal_forms.cooperative_form IS NOT NULL THEN legal_forms.cooperative_form
            WHEN legal_forms.kind IN ('association', 'individual', 'public') THEN 'other'
            ELSE 'unknown'
        END AS form,
        CASE
            WHEN latest.exited_on IS NULL AND latest.is_active IS DISTINCT FROM FALSE THEN NULL
            ELSE coalesce(latest.exit_kind, 'unknown')
        END AS exit_kind,
        coalesce(latest.cooperative_since, latest.registered_on) AS born_on,
        latest.cooperative_since IS NULL
        AND latest.registered_on IS NOT NULL AS is_birth_by_registration
    FROM latest
    LEFT JOIN reference.legal_forms AS legal_forms
        ON latest.legal_category = legal_forms.legal_category
)

SELECT
    formed.*,
    (SELECT max(as_of) FROM accepted.drops WHERE source = 'cooperatives') AS register_as_of,
    CASE
        WHEN formed.form NOT IN ('scop', 'unknown') THEN NULL
        WHEN formed.capital_share_employees < 51 OR formed.votes_share_employees < 65 THEN 'no'
        WHEN formed.capital_share_employees >= 51 AND formed.votes_share_employees >= 65 THEN 'yes'
        ELSE 'unknown'
    END AS is_scop_compliant,
    NOT (
        coalesce(formed.born_on > settings.as_of, FALSE)
        OR coalesce(formed.exited_on <= settings.as_of, FALSE)
        OR coalesce(formed.is_active = FALSE, FALSE)
    ) AS is_living
FROM formed
CROSS JOIN reference.settings AS settings
