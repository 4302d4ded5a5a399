-- grain: one row per registered project, closed year of registration and measure
-- answers: how many jobs the projects had planned that became co-operatives, and how many there are
-- columns: contributor (siren), part (project), region_code, period (year of registration), measure, value, knowers (of planned jobs: the organisations that took a step in it)
-- measures: planned_jobs, realised_jobs (headcount at the end of the first year declared), of projects where both are known
-- relations: realised_jobs = employees; realised_jobs = employees[+1]; realised_jobs = gained
-- known_later: planned_jobs
-- same: realised_jobs = employees; realised_jobs = employees[+1]
-- protects: firms
WITH organisations AS (
    SELECT project_id, list(DISTINCT organisation ORDER BY organisation) AS names
    FROM staging.project_steps
    WHERE organisation IS NOT NULL
    GROUP BY project_id
),

told AS (
    SELECT
        projects.siren, projects.project_id, projects.region_code,
        year(projects.registered_on) AS year, organisations.names,
        unnest([
            {'measure': 'planned_jobs', 'value': CAST(projects.planned_jobs AS DOUBLE)},
            {'measure': 'realised_jobs', 'value': CAST(projects.realised_jobs AS DOUBLE)}
        ]) AS told
    FROM marts.projects AS projects
    LEFT JOIN organisations ON projects.project_id = organisations.project_id
    CROSS JOIN reference.settings AS settings
    WHERE
        projects.siren IS NOT NULL AND projects.planned_jobs IS NOT NULL
        AND projects.realised_jobs IS NOT NULL
        -- the year after may be the first declared: only then does the figure stand still
        AND make_date(year(projects.registered_on) + 1, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, project_id AS part, region_code, CAST(year AS VARCHAR) AS period,
    told.measure AS measure, told.value AS value,
    CASE WHEN told.measure = 'planned_jobs' THEN names END AS knowers
FROM told
