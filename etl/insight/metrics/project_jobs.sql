-- label: Jobs realised of those planned
-- why: People employed by the projects received in the period that became co-operatives, at the end of their first declared year, for each job they had planned. Projects where one of the two is unknown are left out, and their number is shown.
-- unit: ratio
-- direction: high
-- counts: projects
-- topic: projects
-- levels: country, region, departement, commune
-- sources: projects, project_steps
-- columns: numerator = realised, denominator = planned jobs of the n registered projects where both are known; planned_under_way = jobs planned by projects under way
-- source: the 2006 convention
WITH
-- shell: projects
counted AS (
    SELECT
        territory_code, scope_code,
        sum(CAST(realised_jobs AS DECIMAL(18, 2))) FILTER (WHERE planned_jobs IS NOT NULL)
            AS numerator,
        sum(CAST(planned_jobs AS DECIMAL(18, 2))) FILTER (WHERE realised_jobs IS NOT NULL)
            AS denominator,
        count(*) FILTER (WHERE realised_jobs IS NOT NULL AND planned_jobs IS NOT NULL) AS n,
        count(*) FILTER (WHERE state = 'registered') - n AS left_out,
        CAST(sum(CAST(planned_jobs AS DECIMAL(18, 2))) FILTER (WHERE state = 'under_way') AS DOUBLE)
            AS planned_under_way
    FROM projects
    GROUP BY territory_code, scope_code
)

-- shell: ratio
