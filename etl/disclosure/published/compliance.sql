-- grain: one row per contributor (siren of a SCOP), cell and measure
-- answers: how many of the SCOPs that lived at the end of the last closed year comply with their form, do not, or do not say
-- columns: contributor, period (year), territory_level, territory_code, scope_code, breakdown, measure, value
-- dimensions: the country in scope all; the last closed year only, since the register keeps no former shares
-- breakdown: is_scop_compliant (yes, no, unknown); they add up to 'all', which anybody can count in the register
-- measures: scops (1 each)
-- protects: founders
WITH scops AS (
    SELECT siren, unnest(['all', is_scop_compliant]) AS breakdown
    FROM marts.cooperatives
    CROSS JOIN reference.settings AS settings
    WHERE
        form = 'scop'
        AND born_on <= make_date(year(settings.as_of) - 1, 12, 31)
        AND coalesce(exited_on > make_date(year(settings.as_of) - 1, 12, 31), is_living)
)

SELECT
    siren AS contributor, CAST(year(settings.as_of) - 1 AS VARCHAR) AS period,
    'country' AS territory_level, 'FR' AS territory_code, 'all' AS scope_code,
    breakdown, 'scops' AS measure, 1.0::DOUBLE AS value
FROM scops
CROSS JOIN reference.settings AS settings
