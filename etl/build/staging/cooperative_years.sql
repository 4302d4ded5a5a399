-- grain: one row per co-operative and year, as last stated
-- answers: what a co-operative declared for a year
-- columns: is_after_the_data = the year begins after the build's day, so nobody can have counted it yet
SELECT
    latest.*,
    latest.year > year(settings.as_of) AS is_after_the_data
FROM (
    SELECT *
    FROM accepted.cooperative_years
    QUALIFY row_number() OVER (PARTITION BY siren, year ORDER BY drop_number DESC) = 1
) AS latest
CROSS JOIN reference.settings AS settings
