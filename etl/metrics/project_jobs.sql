-- label.en: Jobs realised of those planned
-- label.fr: Emplois réalisés sur prévus
-- why.en: Headcount of the projects received in the period that became co-operatives, at the end of their first declared year, for each job they had planned. Projects where one of the two is unknown are left out, and their number is shown (left_out).
-- why.fr: Effectif des projets reçus dans la période devenus coopératives, à la fin de leur première année déclarée, rapporté aux emplois prévus. Les projets où l'un des deux est inconnu sont écartés, et leur nombre est affiché (left_out).
-- unit: ratio
-- low_is_good: false
-- columns: numerator = realised, denominator = planned jobs of the n registered projects where both are known; planned_under_way = jobs planned by projects under way
-- source: the 2006 convention; metric dictionary: pipeline
WITH projects AS (
    SELECT
        territory_of($level, projects.region_code, projects.departement_code, projects.commune_code)
            AS territory_code,
        scopes.scope_code,
        projects.*
    FROM marts.projects AS projects
    INNER JOIN reference.domain_scopes AS scopes ON projects.domain_code = scopes.domain_code
    WHERE
        projects.received_on >= CAST($from AS DATE)
        AND projects.received_on < CAST($to AS DATE) + INTERVAL 1 MONTH
        AND lies_within(
            $within_level, $within_code,
            projects.region_code, projects.departement_code, projects.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
),

counted AS (
    SELECT
        territory_code, scope_code,
        sum(CAST(realised_jobs AS DECIMAL(18, 2))) FILTER (WHERE planned_jobs IS NOT NULL)
            AS realised,
        sum(CAST(planned_jobs AS DECIMAL(18, 2))) FILTER (WHERE realised_jobs IS NOT NULL)
            AS planned,
        count(*) FILTER (WHERE realised_jobs IS NOT NULL AND planned_jobs IS NOT NULL) AS known,
        count(*) FILTER (WHERE state = 'registered') AS registered,
        sum(CAST(planned_jobs AS DECIMAL(18, 2))) FILTER (WHERE state = 'under_way')
            AS planned_under_way
    FROM projects
    WHERE territory_code IS NOT NULL
    GROUP BY territory_code, scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(realised AS DOUBLE) AS numerator,
    CAST(planned AS DOUBLE) AS denominator,
    CAST(realised AS DOUBLE) / nullif(CAST(planned AS DOUBLE), 0) AS value,
    known AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    registered - known AS left_out,
    CAST(planned_under_way AS DOUBLE) AS planned_under_way
FROM counted
ORDER BY territory_code, scope_code
