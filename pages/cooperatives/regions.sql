-- grain: one row per region, and one without region_code for places unknown when there are any
-- answers: Where do co-operatives live? (the territory filter does not narrow it: it is chosen here)
-- columns: region_code; name; population (inhabitants); living; per_million (living per million
--   inhabitants); employees last declared, summed over the declared co-operatives that ever stated them
WITH counted AS (
    SELECT
        region_code,
        count(*) AS living,
        CAST(sum(employees) AS BIGINT) AS employees,
        count(employees) AS declared
    FROM marts.cooperatives AS cooperatives
    WHERE
        is_living
        AND ($form = 'all' OR cooperatives.form = $form)
        AND ($scope = 'all' OR list_has_any(
            CASE
                WHEN len(cooperatives.domain_codes) > 0 THEN cooperatives.domain_codes ELSE ['unknown']
            END,
            (SELECT list(domain_code) FROM reference.domain_scopes WHERE scope_code = $scope)
        ))
    GROUP BY region_code
)

SELECT
    regions.code AS region_code,
    regions.name,
    regions.population,
    coalesce(counted.living, 0) AS living,
    coalesce(counted.living, 0) * 1e6 / nullif(regions.population, 0) AS per_million,
    counted.employees,
    coalesce(counted.declared, 0) AS declared
FROM (SELECT * FROM reference.territories WHERE level = 'region') AS regions
LEFT JOIN counted ON regions.code = counted.region_code
UNION ALL
SELECT NULL, NULL, NULL, living, NULL, employees, declared
FROM counted
WHERE region_code IS NULL
ORDER BY living DESC, region_code
