-- grain: one row per closed year, territory, scope and measure
-- answers: how many projects of the convention took each step in each closed year, and how many were under way at its end: shared figures of all partners
-- columns: the cell (period year; country and regions; scope all and families), value
-- measures: received, supported, financed, agency_support, registered, abandoned; under_way = received by the year's end, neither registered nor abandoned by then
-- protects: nothing
WITH placed AS (
    SELECT projects.*, scopes.scope_code, unnest(places_of(projects.region_code, NULL)) AS place
    FROM marts.projects AS projects
    INNER JOIN reference.domain_scopes AS scopes ON projects.domain_code = scopes.domain_code
    WHERE scopes.scope_code = 'all' OR scopes.scope_code LIKE 'family_%'
),

years AS (
    SELECT CAST(unnest(generate_series(
        (SELECT min(year(received_on)) FROM marts.projects), year(as_of) - 1
    )) AS INTEGER) AS year
    FROM reference.settings
),

steps AS (
    SELECT
        place, scope_code, project_id,
        unnest([
            {'measure': 'received', 'on': received_on},
            {'measure': 'supported', 'on': supported_on},
            {'measure': 'financed', 'on': financed_on},
            {'measure': 'agency_support', 'on': agency_on},
            {'measure': 'registered', 'on': registered_on},
            {'measure': 'abandoned', 'on': abandoned_on}
        ]) AS step
    FROM placed
),

told AS (
    SELECT year(step."on") AS year, place, scope_code, step.measure AS measure, project_id
    FROM steps
    UNION ALL
    SELECT years.year, placed.place, placed.scope_code, 'under_way', placed.project_id
    FROM years
    INNER JOIN placed
        ON
            placed.received_on <= make_date(years.year, 12, 31)
            AND coalesce(placed.registered_on > make_date(years.year, 12, 31), TRUE)
            AND coalesce(placed.abandoned_on > make_date(years.year, 12, 31), TRUE)
)

SELECT
    CAST(told.year AS VARCHAR) AS period, told.place.level AS territory_level,
    told.place.code AS territory_code, told.scope_code, 'all' AS breakdown, told.measure,
    count(DISTINCT told.project_id) AS value, 'shown' AS status
FROM told
CROSS JOIN reference.settings AS settings
WHERE make_date(told.year, 12, 31) < settings.as_of
GROUP BY ALL
ORDER BY ALL
