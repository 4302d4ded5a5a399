-- grain: one row per domain ('unknown' too) with a co-operative that lives on the build's day
-- answers: In which domains do co-operatives live? (one with several domains counts in each)
-- columns: domain_code; label_fr; label_en; living; cae (of them); employees last declared, summed over
--   the declared co-operatives that ever stated them
WITH offered AS (
    SELECT
        cooperatives.*,
        unnest(CASE WHEN len(domain_codes) > 0 THEN domain_codes ELSE ['unknown'] END)
            AS domain_code
    FROM marts.cooperatives AS cooperatives
    WHERE
        is_living
        AND
    ($form = 'all' OR cooperatives.form = $form)
    AND lies_within(
        $level, $code, cooperatives.region_code, cooperatives.departement_code,
        cooperatives.commune_code
    )
)

SELECT
    offered.domain_code,
    scopes.label_fr,
    scopes.label_en,
    count(*) AS living,
    count(*) FILTER (WHERE offered.is_cae) AS cae,
    CAST(sum(offered.employees) AS BIGINT) AS employees,
    count(offered.employees) AS declared
FROM offered
INNER JOIN reference.scopes AS scopes ON offered.domain_code = scopes.scope_code
WHERE offered.domain_code IN (
    SELECT domain_code FROM reference.domain_scopes WHERE scope_code = $scope
)
GROUP BY offered.domain_code, scopes.label_fr, scopes.label_en, scopes.sort_order
ORDER BY living DESC, scopes.sort_order
