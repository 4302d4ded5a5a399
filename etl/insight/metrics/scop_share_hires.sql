-- label: Co-operatives among hires
-- why: Share of the hires of the period that went to a co-operative. Hires whose provider nobody named are left out, and their number is shown.
-- unit: share
-- direction: high
-- counts: hires
-- topic: co-operatives
-- levels: country, region, departement
-- sources: requests
-- columns: scop = hires of the SCOPs among the co-operatives
-- source: Wilson interval
WITH
-- shell: hires
counted AS (
    SELECT
        territory_code, scope_code,
        sum(cooperative) AS numerator, sum(provider_known) AS denominator,
        sum(scop) AS scop,
        sum(hires - provider_known) AS left_out
    FROM hires
    GROUP BY territory_code, scope_code
)

-- shell: share
