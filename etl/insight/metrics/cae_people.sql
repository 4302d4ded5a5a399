-- label: People of CAE
-- why: Salaried entrepreneurs of business and employment co-operatives, and project holders under a CAPE contract: two figures. Neither is part of jobs.
-- unit: count
-- direction: high
-- counts: CAE that declared it
-- topic: co-operatives
-- levels: country, region, departement
-- sources: cooperatives, cooperative_years
-- columns: value = salaried entrepreneurs; cape_holders; year (one row for each closed year that ends in the period); n = CAE that declared their entrepreneurs, left_out = that did not; cape_known, cape_left_out the same for CAPE holders
-- source: coapi.fr
WITH
-- shell: staff
counted AS (
    SELECT
        territory_code, scope_code,
        sum(cae_entrepreneurs) AS numerator, count(cae_entrepreneurs) AS n,
        year,
        CAST(sum(cape_holders) AS DOUBLE) AS cape_holders,
        count(*) - n AS left_out,
        count(cape_holders) AS cape_known,
        count(*) - cape_known AS cape_left_out
    FROM staff
    WHERE is_cae OR cae_entrepreneurs IS NOT NULL OR cape_holders IS NOT NULL
    GROUP BY territory_code, scope_code, year
)

-- shell: number
