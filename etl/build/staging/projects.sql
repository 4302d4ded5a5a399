-- grain: one row per key of the contract, as last stated
-- answers: the projects in force on the build's day, those abroad left out
-- columns: commune_code NULL where only a point is known
SELECT * REPLACE (CASE WHEN place_precision = 'commune' THEN commune_code END AS commune_code)
FROM accepted.projects
QUALIFY
    row_number() OVER (PARTITION BY project_id ORDER BY drop_number DESC) = 1
    AND place_precision <> 'abroad'
