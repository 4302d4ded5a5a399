-- grain: one row per project that was financed and became a co-operative
-- answers: which share of the financed projects live 3 years after their registration
-- columns: contributor (siren), part (project), region_code, period (the closed year in which the third year ended), measure, value (1 = alive), base (1)
-- measures: alive_3y_share, of projects whose end is known
-- decimals: 2
-- counted: alive_3y_share
-- protects: firms
SELECT
    coalesce(siren, project_id) AS contributor, project_id AS part, region_code,
    CAST(year(registered_on) + 3 AS VARCHAR) AS period, 'alive_3y_share' AS measure,
    CASE alive_3y WHEN 'yes' THEN 1.0::DOUBLE ELSE 0.0 END AS value, 1.0::DOUBLE AS base
FROM marts.projects
CROSS JOIN reference.settings AS settings
WHERE
    financed_on <= registered_on AND alive_3y IN ('yes', 'no')
    AND make_date(year(registered_on) + 3, 12, 31) < settings.as_of
