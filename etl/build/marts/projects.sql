-- grain: one row per co-operative project
-- answers: which steps a project has taken and when, what it was granted, and what became of it
-- columns: received_on (or the first step told), supported_on, financed_on, agency_on, registered_on (the step, else the birth of its co-operative), abandoned_on; financed_eur granted by CG Scop, banks and others at the step 'financed', agency_eur at 'agency_support' (NULL where nobody told); financiers; state under_way|registered|abandoned; alive_3y yes|no|too_young|unknown at 3 years from registration, NULL before it; planned_jobs, realised_jobs = headcount at the end of the first year declared from its registration on (within two years)
WITH steps AS (
    SELECT
        steps.project_id,
        min("on") AS first_on,
        min("on") FILTER (WHERE step = 'received') AS received_on,
        min("on") FILTER (WHERE step = 'supported') AS supported_on,
        min("on") FILTER (WHERE step = 'financed') AS financed_on,
        min("on") FILTER (WHERE step = 'agency_support') AS agency_on,
        min("on") FILTER (WHERE step = 'registered') AS registered_on,
        max("on") FILTER (WHERE step = 'abandoned') AS abandoned_on,
        sum(CAST(amount_eur AS DECIMAL(18, 2))) FILTER (WHERE step = 'financed') AS financed_eur,
        sum(CAST(amount_eur AS DECIMAL(18, 2))) FILTER (WHERE step = 'agency_support')
            AS agency_eur,
        count(DISTINCT organisation) FILTER (WHERE step = 'financed') AS financiers
    FROM staging.project_steps AS steps
    CROSS JOIN reference.settings AS settings
    WHERE "on" <= settings.as_of
    GROUP BY steps.project_id
),

known AS (
    SELECT
        projects.project_id, projects.siren, projects.planned_jobs, projects.region_code,
        projects.departement_code, projects.commune_code,
        coalesce(projects.domain_code, 'unknown') AS domain_code,
        coalesce(projects.origin, cooperatives.origin, 'unknown') AS origin,
        coalesce(steps.received_on, steps.first_on) AS received_on,
        steps.supported_on, steps.financed_on, steps.agency_on,
        coalesce(
            steps.registered_on,
            CASE
                WHEN cooperatives.born_on BETWEEN steps.first_on AND settings.as_of
                    THEN cooperatives.born_on
            END
        ) AS registered_on,
        steps.abandoned_on, steps.financed_eur, steps.agency_eur,
        coalesce(steps.financiers, 0) AS financiers,
        cooperatives.siren IS NOT NULL AS is_in_register, cooperatives.exited_on,
        cooperatives.is_living, cooperatives.register_as_of
    FROM staging.projects AS projects
    CROSS JOIN reference.settings AS settings
    LEFT JOIN steps ON projects.project_id = steps.project_id
    LEFT JOIN staging.cooperatives AS cooperatives ON projects.siren = cooperatives.siren
),

realised AS (
    SELECT known.project_id, arg_min(declared.employees, declared.year) AS jobs
    FROM known
    INNER JOIN staging.cooperative_years AS declared
        ON
            known.siren = declared.siren
            AND declared.year BETWEEN year(known.registered_on) AND year(known.registered_on) + 1
    WHERE declared.employees IS NOT NULL
    GROUP BY known.project_id
)

SELECT
    known.* EXCLUDE (is_in_register, exited_on, is_living, register_as_of),
    CASE
        WHEN known.registered_on IS NOT NULL THEN 'registered'
        WHEN known.abandoned_on IS NOT NULL THEN 'abandoned'
        ELSE 'under_way'
    END AS state,
    CASE
        WHEN known.registered_on IS NULL THEN NULL
        WHEN NOT known.is_in_register THEN 'unknown'
        WHEN known.exited_on <= known.registered_on + INTERVAL 3 YEAR THEN 'no'
        WHEN known.registered_on + INTERVAL 3 YEAR > known.register_as_of THEN 'too_young'
        WHEN known.is_living OR known.exited_on IS NOT NULL THEN 'yes'
        ELSE 'unknown'
    END AS alive_3y,
    realised.jobs AS realised_jobs
FROM known
LEFT JOIN realised ON known.project_id = realised.project_id
ORDER BY known.project_id
