-- grain: one row per contributor (siren), cell and measure
-- answers: how many jobs co-operatives created, lost, and kept by hand-overs and rescues in each closed year
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all. No smaller cell: there a flow that is withheld would follow from the jobs of two years and the other flows
-- breakdown: always 'all'
-- measures: created (births + expansions), lost (contractions + exits), kept; each _fte too; only of co-operatives whose flows of the year are known (zeros stand)
-- protects: firms
WITH flows AS (
    SELECT
        flows.siren, flows.year,
        CASE WHEN flows.unit = 'fte' THEN '_fte' ELSE '' END AS suffix,
        unnest([
            {'measure': 'created', 'value': flows.births + flows.expansions},
            {'measure': 'lost', 'value': flows.contractions + flows.exits},
            {'measure': 'kept', 'value': flows.kept}
        ]) AS told
    FROM marts.job_flows AS flows
    CROSS JOIN reference.settings AS settings
    WHERE flows.is_known AND make_date(flows.year, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, CAST(year AS VARCHAR) AS period, 'country' AS territory_level,
    'FR' AS territory_code, 'all' AS scope_code, 'all' AS breakdown,
    told.measure || suffix AS measure, CAST(told.value AS DOUBLE) AS value
FROM flows
