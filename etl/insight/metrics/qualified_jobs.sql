-- label: Qualified jobs
-- why: Share of the employees of co-operatives who hold a qualification.
-- unit: share
-- direction: high
-- counts: employees
-- topic: co-operatives
-- levels: country, region, departement
-- sources: cooperatives, cooperative_years
-- columns: year (one row for each closed year that ends in the period); left_out = co-operatives living at its end that did not declare both; cooperatives = those that did
-- source: the 2006 convention: "emplois qualifiants et pérennes"; qualified employees / employees of the same co-operatives; Wilson interval
WITH
-- shell: staff
counted AS (
    SELECT
        territory_code, scope_code, year,
        CAST(sum(qualified_employees) AS DOUBLE) AS numerator,
        CAST(sum(employees) FILTER (WHERE qualified_employees IS NOT NULL) AS DOUBLE) AS denominator,
        count(*) FILTER (WHERE qualified_employees IS NOT NULL AND employees IS NOT NULL) AS cooperatives,
        count(*) FILTER (WHERE qualified_employees IS NULL OR employees IS NULL) AS left_out
    FROM staff
    GROUP BY territory_code, scope_code, year
)

-- shell: share
