-- grain: one row per contributor (project), cell and measure
-- answers: how many projects of the convention took each step in each closed year, and the euros they were granted
-- columns: contributor, period (year of the step), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all; regions in scope all for received and registered
-- breakdown: always 'all'
-- measures: received, supported, financed, agency_support, registered, abandoned (1 each); financed_eur, agency_eur
-- protects: persons
WITH placed AS (
    SELECT *, unnest(places_of(region_code, NULL)) AS place FROM marts.projects
),

steps AS (
    SELECT
        project_id, place,
        unnest([
            {'measure': 'received', 'on': received_on, 'value': 1.0::DOUBLE},
            {'measure': 'supported', 'on': supported_on, 'value': 1.0},
            {'measure': 'financed', 'on': financed_on, 'value': 1.0},
            {'measure': 'agency_support', 'on': agency_on, 'value': 1.0},
            {'measure': 'registered', 'on': registered_on, 'value': 1.0},
            {'measure': 'abandoned', 'on': abandoned_on, 'value': 1.0},
            {'measure': 'financed_eur', 'on': financed_on, 'value': CAST(financed_eur AS DOUBLE)},
            {'measure': 'agency_eur', 'on': agency_on, 'value': CAST(agency_eur AS DOUBLE)}
        ]) AS step
    FROM placed
)

SELECT
    project_id AS contributor, CAST(year(step."on") AS VARCHAR) AS period,
    place.level AS territory_level, place.code AS territory_code, 'all' AS scope_code,
    'all' AS breakdown, step.measure AS measure, step.value AS value
FROM steps
CROSS JOIN reference.settings AS settings
WHERE
    make_date(year(step."on"), 12, 31) < settings.as_of
    AND step.value IS NOT NULL
    AND (place.level = 'country' OR step.measure IN ('received', 'registered'))
