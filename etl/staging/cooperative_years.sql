-- grain: one row per co-operative and year, as last stated
-- answers: what a co-operative declared for a year
SELECT *
FROM accepted.cooperative_years
QUALIFY row_number() OVER (PARTITION BY siren, year ORDER BY drop_number DESC) = 1
