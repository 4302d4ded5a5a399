-- grain: one row
-- answers: How many co-operatives live on the build's day, and what is not known of them?
-- columns: records (of the whole build, without filters); matching the filters; living, and of the living: cae, birth_unknown,
--   birth_by_registration, place_unknown (no region), domain_unknown, declared (co-operatives that ever
--   stated employees), providers (with a provider of the marketplace); of all: births_known,
--   births_by_registration, closed_undated, exits_without_birth
SELECT
    (SELECT count(*) FROM marts.cooperatives) AS records,
    count(*) AS matching,
    count(*) FILTER (WHERE is_living) AS living,
    count(*) FILTER (WHERE is_living AND is_cae) AS cae,
    count(*) FILTER (WHERE is_living AND born_on IS NULL) AS birth_unknown,
    count(*) FILTER (WHERE is_living AND is_birth_by_registration) AS birth_by_registration,
    count(*) FILTER (WHERE is_living AND region_code IS NULL) AS place_unknown,
    count(*) FILTER (WHERE is_living AND coalesce(len(domain_codes), 0) = 0) AS domain_unknown,
    count(*) FILTER (WHERE is_living AND employees IS NOT NULL) AS declared,
    count(*) FILTER (WHERE is_living AND provider_count > 0) AS providers,
    count(born_on) AS births_known,
    count(*) FILTER (WHERE is_birth_by_registration) AS births_by_registration,
    count(*) FILTER (WHERE NOT is_living AND exited_on IS NULL) AS closed_undated,
    count(*) FILTER (WHERE exited_on IS NOT NULL AND born_on IS NULL) AS exits_without_birth
FROM marts.cooperatives AS cooperatives
WHERE
    ($form = 'all' OR cooperatives.form = $form)
    AND lies_within(
        $level, $code, cooperatives.region_code, cooperatives.departement_code,
        cooperatives.commune_code
    )
    AND ($scope = 'all' OR list_has_any(
        CASE
            WHEN len(cooperatives.domain_codes) > 0 THEN cooperatives.domain_codes ELSE ['unknown']
        END,
        (SELECT list(domain_code) FROM reference.domain_scopes WHERE scope_code = $scope)
    ))
