-- grain: one row per form with a co-operative that lives on the build's day
-- answers: How many co-operatives live, by legal form?
-- columns: form (scop|scic|other|unknown); living; cae (of them, business and employment co-operatives);
--   employees last declared, summed over the declared co-operatives that ever stated them
SELECT
    form,
    count(*) AS living,
    count(*) FILTER (WHERE is_cae) AS cae,
    CAST(sum(employees) AS BIGINT) AS employees,
    count(employees) AS declared
FROM marts.cooperatives AS cooperatives
WHERE
    is_living
    AND
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
GROUP BY form
ORDER BY living DESC, form
