-- grain: one row per co-operative, as last known
-- answers: what a co-operative is, where, since when, and what it last declared
-- columns: born_on (is_birth_by_registration where only the registration is known); exited_on NULL if living or unknown; exit_kind closure|liquidation|merger|conversion|unknown, NULL while it lives; entered_on = first drop that shows it; register_as_of = the register's last drop; is_scop_compliant yes|no|unknown, NULL for forms other than a SCOP; is_cae NULL = unknown; provider_count = providers of the marketplace with its siren (of one establishment, one)
WITH last_years AS (
    SELECT *
    FROM staging.cooperative_years
    WHERE NOT is_after_the_data
    QUALIFY row_number() OVER (PARTITION BY siren ORDER BY year DESC) = 1
),

ties AS (
    SELECT siren, count(DISTINCT establishment_id) AS provider_count
    FROM staging.providers
    WHERE siren IS NOT NULL
    GROUP BY siren
)

SELECT
    cooperatives.siren,
    cooperatives.name,
    cooperatives.form,
    cooperatives.is_cae,
    cooperatives.legal_category,
    cooperatives.legal_label_fr,
    cooperatives.origin,
    cooperatives.domain_codes,
    cooperatives.commune_code,
    communes.name AS commune_name,
    cooperatives.departement_code,
    cooperatives.region_code,
    cooperatives.place_precision,
    cooperatives.registered_on,
    cooperatives.cooperative_since,
    cooperatives.born_on,
    cooperatives.is_birth_by_registration,
    cooperatives.exited_on,
    cooperatives.exit_kind,
    cooperatives.is_living,
    cooperatives.entered_on,
    cooperatives.register_as_of,
    cooperatives.is_scop_compliant,
    last_years.year AS last_year,
    last_years.employees,
    last_years.employees_fte,
    coalesce(ties.provider_count, 0) AS provider_count
FROM staging.cooperatives AS cooperatives
LEFT JOIN reference.communes AS communes ON cooperatives.commune_code = communes.commune_code
LEFT JOIN last_years ON cooperatives.siren = last_years.siren
LEFT JOIN ties ON cooperatives.siren = ties.siren
ORDER BY cooperatives.siren
