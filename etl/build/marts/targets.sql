-- grain: one row per target in force on the build's day
-- answers: what is aimed at: which value of which metric, in which domain and territory, by when
-- columns: metric = name of a file of etl/insight/metrics; scope_code as in reference.scopes ('all' when the file names no domain); level, code as in reference.territories (the country when the file names none); scope_code or code NULL when the file names one that nobody knows; target in the metric's unit; due_on NULL = at once
WITH misread AS (
    SELECT
        file_id,
        line,
        bool_or(reason_code = 'unknown_domain') AS has_unknown_domain,
        bool_or(reason_code = 'unknown_territory') AS has_unknown_territory
    FROM quality.repaired_values
    WHERE source = 'targets'
    GROUP BY file_id, line
)

SELECT
    targets.metric,
    CASE
        WHEN coalesce(misread.has_unknown_domain, FALSE) THEN NULL
        ELSE coalesce(targets.domain_code, 'all')
    END AS scope_code,
    coalesce(targets.territory_level, 'country') AS level,
    CASE
        WHEN coalesce(misread.has_unknown_territory, FALSE) THEN NULL
        WHEN coalesce(targets.territory_level, 'country') = 'country' THEN 'FR'
        ELSE targets.territory_code
    END AS code,
    targets.target,
    targets.due_on
FROM staging.targets AS targets
LEFT JOIN misread ON targets.file_id = misread.file_id AND targets.line = misread.line
ORDER BY targets.metric, scope_code, level, code, targets.due_on
