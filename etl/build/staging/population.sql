-- grain: one row per key of the contract, as last stated
-- answers: the population in force on the build's day
SELECT *
FROM accepted.population
QUALIFY row_number() OVER (PARTITION BY territory_level, territory_code, year, band ORDER BY drop_number DESC) = 1
