-- grain: one row per year of receipt, territory and step
-- answers: of the projects received in a year, how many had gone through each step within 24 months
-- columns: the cell (period year of receipt, at least 24 months over; country and regions in scope all), value
-- measures: received, supported_24m, financed_24m, registered_24m: each those of the step before that took this step too, so that the funnel never grows
-- protects: nothing
WITH projects AS (
    SELECT
        project_id, received_on, unnest(places_of(region_code, NULL)) AS place,
        coalesce(supported_on <= received_on + INTERVAL 24 MONTH, FALSE) AS is_supported,
        coalesce(financed_on <= received_on + INTERVAL 24 MONTH, FALSE) AS is_financed,
        coalesce(registered_on <= received_on + INTERVAL 24 MONTH, FALSE) AS is_registered
    FROM marts.projects
    CROSS JOIN reference.settings AS settings
    WHERE make_date(year(received_on) + 2, 12, 31) < settings.as_of
),

steps AS (
    SELECT
        received_on, place,
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
    CAST(year(received_on) AS VARCHAR) AS period, place.level AS territory_level,
    place.code AS territory_code, 'all' AS scope_code, 'all' AS breakdown,
    step.measure AS measure, count(*) FILTER (WHERE step.is_through) AS value, 'shown' AS status
FROM steps
GROUP BY ALL
ORDER BY ALL
