-- grain: one row per co-operative, as last known: each field by the last drop that has a column for it
-- answers: its form, when it was born as a co-operative, since when and until when the register shows it, and whether it lives on the build's day
-- columns: agrees_to_publish = day on which it agreed that partners see its figures, NULL = it does not; commune_code NULL where only a point is known; born_on = cooperative_since, else the registration (is_birth_by_registration); is_living; exited_on = as stated, else the first drop that no longer shows it, or shows it inactive after it was shown living; NULL where nobody told; is_birth_after_exit = the birth that is stated comes after the exit that another drop tells, so it is not used; exit_kind 'unknown' where it left without a word; entered_on = day of the first drop that shows it; register_as_of = day of the register's last drop; is_scop_compliant yes|no|unknown: employees hold at least 51 % of the capital and 65 % of the votes, NULL for forms that need not
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

-- of what a drop has no column for it says nothing: what an earlier one said holds
told AS (
    SELECT
        row.siren,
        last(row.file_id ORDER BY row.drop_number) AS file_id,
        last(row.line ORDER BY row.drop_number) AS line,
        last(drops.next_snapshot_as_of ORDER BY row.drop_number) AS next_snapshot_as_of,
        last(row.name ORDER BY 'name' IN drops.fields, row.drop_number) AS name,
        last(row.form ORDER BY 'form' IN drops.fields, row.drop_number) AS form,
        last(row.is_cae ORDER BY 'is_cae' IN drops.fields, row.drop_number) AS is_cae,
        last(row.legal_category ORDER BY 'legal_category' IN drops.fields, row.drop_number) AS legal_category,
        last(row.origin ORDER BY 'origin' IN drops.fields, row.drop_number) AS origin,
        last(row.registered_on ORDER BY 'registered_on' IN drops.fields, row.drop_number) AS registered_on,
        last(row.cooperative_since ORDER BY 'cooperative_since' IN drops.fields, row.drop_number) AS cooperative_since,
        last(row.capital_share_employees ORDER BY 'capital_share_employees' IN drops.fields, row.drop_number) AS capital_share_employees,
        last(row.votes_share_employees ORDER BY 'votes_share_employees' IN drops.fields, row.drop_number) AS votes_share_employees,
        last(row.agrees_to_publish ORDER BY 'agrees_to_publish' IN drops.fields, row.drop_number) AS agrees_to_publish,
        -- a register of all firms knows one activity of each, seldom one of home services
        last(row.domain_codes ORDER BY len(row.domain_codes) > 0, row.drop_number) AS domain_codes,
        -- whether it lives is one statement of three fields, and where it is
        last(
            {ceased_on: row.ceased_on, exit_kind: row.exit_kind, is_active: row.is_active}
            ORDER BY list_has_any(drops.fields, ['ceased_on', 'exit_kind', 'is_active']), row.drop_number
        ) AS life,
        last(
            {
                postcode: row.postcode, city: row.city,
                commune_code: CASE WHEN row.place_precision = 'commune' THEN row.commune_code END,
                departement_code: row.departement_code, region_code: row.region_code,
                place_precision: row.place_precision
            }
            ORDER BY
                list_has_any(drops.fields, [
                    'postcode', 'city', 'commune_code', 'departement_code', 'region', 'country',
                    'latitude', 'longitude'
                ]),
                row.drop_number
        ) AS place
    FROM accepted.cooperatives AS row
    INNER JOIN accepted.drops AS drops ON row.file_id = drops.file_id
    GROUP BY row.siren
),

latest AS (
    SELECT
        told.* EXCLUDE (life, place, next_snapshot_as_of),
        unnest(told.life),
        unnest(told.place),
        shown.entered_on,
        coalesce(
            least(told.life.ceased_on, told.next_snapshot_as_of), inactive.inactive_on
        ) AS exited_on
    FROM told
    INNER JOIN shown ON told.siren = shown.siren
    LEFT JOIN inactive ON told.siren = inactive.siren
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
        coalesce(latest.cooperative_since, latest.registered_on) AS stated_born_on,
        coalesce(stated_born_on > latest.exited_on, FALSE) AS is_birth_after_exit,
        CASE WHEN NOT is_birth_after_exit THEN stated_born_on END AS born_on,
        latest.cooperative_since IS NULL AND born_on IS NOT NULL AS is_birth_by_registration
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
WHERE formed.place_precision <> 'abroad'
