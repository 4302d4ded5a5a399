-- grain: one row per contributor (project), cell and measure
-- answers: of the projects received in a year, how many had gone through each step within 24 months
-- columns: contributor, period (year of receipt, at least 24 months over), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all
-- breakdown: always 'all'
-- measures: received, supported_24m, financed_24m, registered_24m: each those of the step before that took this step too, so that the funnel never grows; 1 each
-- protects: persons
WITH projects AS (
    SELECT
        project_id, received_on,
        coalesce(supported_on <= received_on + INTERVAL 24 MONTH, FALSE) AS is_supported,
        coalesce(financed_on <= received_on + INTERVAL 24 MONTH, FALSE) AS is_financed,
        coalesce(registered_on <= received_on + INTERVAL 24 MONTH, FALSE) AS is_registered
    FROM marts.projects
    CROSS JOIN reference.settings AS settings
    WHERE make_date(year(received_on) + 2, 12, 31) < settings.as_of
),

steps AS (
    SELECT
        project_id, received_on,
        unnest([
            {'measure': 'received', 'is_through': TRUE},
            {'measure': 'supported_24m', 'is_through': is_supported},
            {'measure': 'financed_24m', 'is_through': is_supported AND is_financed},
            {
                'measure': 'registered_24m',
                'is_through': is_supported AND is_financed AND is_registered
            }
        ]) AS step
    FROM projects
)

SELECT
    project_id AS contributor, CAST(year(received_on) AS VARCHAR) AS period,
    'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code,
    'all' AS breakdown, step.measure AS measure, 1.0::DOUBLE AS value
FROM steps
WHERE step.is_through
