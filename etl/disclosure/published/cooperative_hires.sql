-- grain: one row per co-operative (siren), region of the hires, closed year and measure
-- answers: how many hires of each closed year went to co-operatives; all hires stand in published.hires
-- columns: contributor, part (the region of the hires), region_code, period (year), measure, value
-- measures: hires
-- rounded: hires 10
-- protects: firms
SELECT
    hires.contributor, coalesce(hires.region_code, '') AS part, hires.region_code,
    CAST(year(hires.quarter) AS VARCHAR) AS period, 'hires' AS measure,
    CAST(sum(hires.hires) AS DOUBLE) AS value
FROM marts.provider_hires AS hires
CROSS JOIN reference.settings AS settings
WHERE hires.is_cooperative AND make_date(year(hires.quarter), 12, 31) < settings.as_of
GROUP BY ALL
