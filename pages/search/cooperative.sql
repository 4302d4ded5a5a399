-- grain: one row, or none when no co-operative has this SIREN
-- answers: What does the register say of a co-operative?
-- columns: name; form; origin (unknown where nobody says); is_cae, NULL = unknown; domain_codes; commune_name, departement_code, departement_name, region_code of its head office; born_on, by_registration where only that is known; is_living; exited_on, exit_kind; register_as_of; is_scop_compliant yes|no|unknown, NULL for forms other than a SCOP
SELECT
    cooperatives.name,
    cooperatives.form,
    coalesce(cooperatives.origin, 'unknown') AS origin,
    cooperatives.is_cae,
    coalesce(cooperatives.domain_codes, []) AS domain_codes,
    cooperatives.commune_name,
    cooperatives.departement_code,
    departements.name AS departement_name,
    cooperatives.region_code,
    cooperatives.born_on,
    coalesce(cooperatives.is_birth_by_registration, FALSE) AS by_registration,
    cooperatives.is_living,
    cooperatives.exited_on,
    coalesce(cooperatives.exit_kind, 'unknown') AS exit_kind,
    cooperatives.register_as_of,
    cooperatives.is_scop_compliant
FROM marts.cooperatives AS cooperatives
LEFT JOIN reference.departements AS departements
    ON cooperatives.departement_code = departements.departement_code
WHERE cooperatives.siren = $siren
