-- grain: one row per contributor (siren of a CAE), cell and measure
-- answers: how many salaried entrepreneurs and holders of a CAPE contract the CAE hold at the end of each closed year; neither is a job
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country and regions in scope all
-- breakdown: always 'all'
-- measures: cae_entrepreneurs, cape_holders
-- protects: founders
WITH staff AS (
    SELECT
        staff.siren, staff.year,
        unnest(places_of(staff.region_code, NULL)) AS place,
        staff.cae_entrepreneurs, staff.cape_holders
    FROM marts.cooperative_staff AS staff
    CROSS JOIN reference.settings AS settings
    WHERE make_date(staff.year, 12, 31) < settings.as_of
),

measured AS (
    SELECT *, unnest([
        {'measure': 'cae_entrepreneurs', 'value': cae_entrepreneurs},
        {'measure': 'cape_holders', 'value': cape_holders}
    ]) AS told
    FROM staff
)

SELECT
    siren AS contributor, CAST(year AS VARCHAR) AS period, place.level AS territory_level,
    place.code AS territory_code, 'all' AS scope_code, 'all' AS breakdown,
    told.measure AS measure, CAST(told.value AS DOUBLE) AS value
FROM measured
WHERE told.value IS NOT NULL
