-- grain: one row per project, who granted, closed year of the grant and measure
-- answers: how many euros projects were granted by kind of funder, and how many for a planned job
-- columns: contributor (the siren of the project's co-operative, else the project), part (project and funder), region_code, period (year), measure, value, base (planned jobs), knowers (the organisations that granted it), base_knowers (those that took a step in the project)
-- measures: financed_eur (by banks and CG Scop, at the step 'financed'), agency_eur (at 'agency_support'); eur_per_job = financed euros / planned jobs, of projects financed in the last whole block of five years (as 2021 to 2025; period is its last) with both known: no two of its windows overlap, so that no difference of two tells a project
-- decimals: 0
-- grid: 1000
-- rounded: eur_per_job 100
-- relations: eur_per_job = financed_eur + financed_eur[-1] + financed_eur[-2] + financed_eur[-3] + financed_eur[-4]
-- protects: firms
WITH organisations AS (
    SELECT project_id, list(DISTINCT organisation ORDER BY organisation) AS names
    FROM staging.project_steps
    WHERE organisation IS NOT NULL
    GROUP BY project_id
),

granted AS (
    SELECT
        projects.project_id, coalesce(projects.siren, projects.project_id) AS contributor,
        projects.region_code, projects.planned_jobs, projects.financed_on, steps.step,
        CASE steps.step WHEN 'financed' THEN projects.financed_on ELSE projects.agency_on END AS told_on,
        steps.organisation,
        CAST(sum(CAST(steps.amount_eur AS DECIMAL(18, 2))) AS DOUBLE) AS value
    FROM marts.projects AS projects
    INNER JOIN staging.project_steps AS steps ON projects.project_id = steps.project_id
    CROSS JOIN reference.settings AS settings
    WHERE
        steps.step IN ('financed', 'agency_support') AND steps."on" <= settings.as_of
        AND steps.amount_eur IS NOT NULL
    GROUP BY ALL
),

measured AS (
    SELECT
        contributor, project_id || ' ' || coalesce(organisation, '') AS part, region_code,
        year(told_on) AS year,
        CASE step WHEN 'financed' THEN 'financed_eur' ELSE 'agency_eur' END AS measure,
        value, NULL::DOUBLE AS base, [coalesce(organisation, '')] AS knowers,
        NULL::VARCHAR[] AS base_knowers
    FROM granted
    UNION ALL
    SELECT
        granted.contributor, granted.project_id || ' ' || coalesce(granted.organisation, ''), granted.region_code,
        (year(settings.as_of) - 1) // 5 * 5, 'eur_per_job', granted.value,
        -- a project's jobs count once, whoever pays
        CASE
            WHEN row_number() OVER (PARTITION BY granted.project_id ORDER BY granted.organisation) = 1
                THEN CAST(granted.planned_jobs AS DOUBLE)
            ELSE 0
        END,
        [coalesce(granted.organisation, '')], organisations.names
    FROM granted
    CROSS JOIN reference.settings AS settings
    LEFT JOIN organisations ON granted.project_id = organisations.project_id
    WHERE
        granted.step = 'financed' AND granted.planned_jobs > 0
        AND year(granted.financed_on) BETWEEN (year(settings.as_of) - 1) // 5 * 5 - 4 AND (year(settings.as_of) - 1) // 5 * 5
)

SELECT
    contributor, part, region_code, CAST(year AS VARCHAR) AS period, measure, value, base, knowers,
    base_knowers
FROM measured
CROSS JOIN reference.settings AS settings
WHERE make_date(year, 12, 31) < settings.as_of
