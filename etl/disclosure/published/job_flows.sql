-- grain: one row per co-operative (siren), closed year and measure
-- answers: how many jobs co-operatives created, lost, and kept by hand-overs and rescues in each closed year
-- columns: contributor, region_code, period (year), measure, value
-- measures: gained = created (births + expansions) and kept; kept, of them: by hand-overs and rescues; lost (contractions + exits); only of co-operatives whose flows of the year are known (zeros stand)
-- rounded: gained 10, kept 10, lost 10
-- country_only: gained, kept, lost
-- moves: employees
-- relations: lost - gained = employees[-1] - employees
-- protects: firms
WITH measured AS (
    SELECT
        flows.siren, flows.year, flows.region_code,
        unnest([
            {'measure': 'lost', 'value': flows.contractions + flows.exits},
            {'measure': 'kept', 'value': flows.kept},
            {'measure': 'gained', 'value': flows.births + flows.expansions + flows.kept}
        ]) AS told
    FROM marts.job_flows AS flows
    CROSS JOIN reference.settings AS settings
    WHERE flows.is_known AND flows.unit = 'headcount' AND make_date(flows.year, 12, 31) < settings.as_of
)

SELECT
    siren AS contributor, region_code, CAST(year AS VARCHAR) AS period, told.measure AS measure,
    CAST(told.value AS DOUBLE) AS value
FROM measured
