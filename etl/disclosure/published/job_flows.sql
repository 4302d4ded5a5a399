-- grain: one row per contributor (siren), cell and measure
-- answers: how many jobs co-operatives created, lost, and kept by hand-overs and rescues in each closed year
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: country in scope all and families; regions in scope all
-- breakdown: always 'all'
-- measures: created (births + expansions), lost (contractions + exits), kept; for the country in scope all each _fte too, and kept only there (few firms keep jobs in a region); only of co-operatives whose flows of the year are known (zeros stand)
-- relations: created - lost + kept = employees - employees[-1]; created_fte - lost_fte + kept_fte = employees_fte - employees_fte[-1]
-- protects: firms
WITH flows AS (
    SELECT
        flows.siren, flows.year, flows.unit, scopes.scope_code,
        flows.births + flows.expansions AS created, flows.contractions + flows.exits AS lost,
        flows.kept, unnest(places_of(flows.region_code, NULL)) AS place
    FROM marts.job_flows AS flows
    INNER JOIN marts.cooperative_scopes AS scopes ON flows.siren = scopes.siren
    CROSS JOIN reference.settings AS settings
    WHERE
        flows.is_known
        AND make_date(flows.year, 12, 31) < settings.as_of
        AND (scopes.scope_code = 'all' OR scopes.scope_code LIKE 'family_%')
),

measured AS (
    SELECT
        siren, year, scope_code, place,
        CASE WHEN unit = 'fte' THEN '_fte' ELSE '' END AS suffix,
        unnest([
            {'measure': 'created', 'value': created},
            {'measure': 'lost', 'value': lost},
            {'measure': 'kept', 'value': kept}
        ]) AS told
    FROM flows
    WHERE
        (scope_code = 'all' AND place.level = 'country')
        OR (unit = 'headcount' AND (scope_code = 'all' OR place.level = 'country'))
)

SELECT
    siren AS contributor, CAST(year AS VARCHAR) AS period, place.level AS territory_level,
    place.code AS territory_code, scope_code, 'all' AS breakdown,
    told.measure || suffix AS measure, CAST(told.value AS DOUBLE) AS value
FROM measured
WHERE told.measure <> 'kept' OR (place.level = 'country' AND scope_code = 'all')
