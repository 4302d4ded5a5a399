-- grain: one row per year, up to the build's
-- answers: How many co-operatives were born, ceased and lived each year, and how many jobs did they state?
-- columns: living at the year's end (the build's day in its last year) of those with a known birth;
--   births, of which by_registration; exits (dated); net = births - exits; employees (headcount) summed
--   over the declared co-operatives that stated the year; jobs_kept by hand-overs and rescues
WITH years AS (
    SELECT
        year,
        CAST(sum(cooperatives) AS BIGINT) AS living,
        CAST(sum(births) AS BIGINT) AS births,
        CAST(sum(exits) AS BIGINT) AS exits,
        CAST(sum(employees) AS BIGINT) AS employees,
        CAST(sum(employees_known) AS BIGINT) AS declared,
        CAST(sum(jobs_kept) AS BIGINT) AS jobs_kept
    FROM marts.cooperative_years
    WHERE
        scope_code = $scope
        AND ($level = 'country' OR region_code = $code)
        AND ($form = 'all' OR form = $form)
    GROUP BY year
),

registered AS (
    SELECT year(cooperatives.born_on) AS year, count(*) AS by_registration
    FROM marts.cooperatives AS cooperatives
    WHERE
        is_birth_by_registration
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
    GROUP BY year(cooperatives.born_on)
)

SELECT
    years.year, years.living, years.births,
    coalesce(registered.by_registration, 0) AS by_registration,
    years.exits,
    years.births - years.exits AS net,
    years.employees, years.declared, years.jobs_kept
FROM years
LEFT JOIN registered ON years.year = registered.year
ORDER BY years.year
