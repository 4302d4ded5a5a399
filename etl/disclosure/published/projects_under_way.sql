-- grain: one row per contributor (project), cell and measure
-- answers: how many projects were under way at the end of each closed year: who could meet the demand of published.openings
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country in scope all and families; regions in scope all
-- breakdown: always 'all'
-- measures: under_way (1 each): received by the year's end, neither registered nor abandoned by then
-- protects: persons
WITH years AS (
    SELECT CAST(unnest(generate_series(year(as_of) - 5, year(as_of) - 1)) AS INTEGER) AS year
    FROM reference.settings
),

projects AS (
    SELECT
        projects.*, scopes.scope_code, unnest(places_of(projects.region_code, NULL)) AS place
    FROM marts.projects AS projects
    INNER JOIN reference.domain_scopes AS scopes ON projects.domain_code = scopes.domain_code
    WHERE scopes.scope_code <> 'unknown'
)

SELECT
    projects.project_id AS contributor, CAST(years.year AS VARCHAR) AS period,
    projects.place.level AS territory_level, projects.place.code AS territory_code,
    projects.scope_code, 'all' AS breakdown, 'under_way' AS measure, 1.0::DOUBLE AS value
FROM years
INNER JOIN projects
    ON
        projects.received_on <= make_date(years.year, 12, 31)
        AND coalesce(projects.registered_on > make_date(years.year, 12, 31), TRUE)
        AND coalesce(projects.abandoned_on > make_date(years.year, 12, 31), TRUE)
WHERE
    projects.scope_code = 'all'
    OR (projects.place.level = 'country' AND projects.scope_code LIKE 'family_%')
