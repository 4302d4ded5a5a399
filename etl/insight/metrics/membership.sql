-- label: Employees who are members
-- why: Share of the employees who are members of their co-operative: who decides in it. Published for all Scop and Scic of 2015: 27,330 of 51,500, 53 %.
-- unit: share
-- direction: high
-- counts: employees
-- topic: co-operatives
-- levels: country, region, departement
-- sources: cooperatives, cooperative_years
-- columns: year (one row for each closed year that ends in the period); left_out = co-operatives living at its end that did not declare both; cooperatives = those that did
-- source: CG Scop series; Wilson interval
WITH
-- shell: staff
counted AS (
    SELECT
        territory_code, scope_code, year,
        CAST(sum(member_employees) AS DOUBLE) AS numerator,
        CAST(sum(employees) FILTER (WHERE member_employees IS NOT NULL) AS DOUBLE) AS denominator,
        count(*) FILTER (WHERE member_employees IS NOT NULL AND employees IS NOT NULL) AS cooperatives,
        count(*) FILTER (WHERE member_employees IS NULL OR employees IS NULL) AS left_out
    FROM staff
    GROUP BY territory_code, scope_code, year
)

-- shell: share
