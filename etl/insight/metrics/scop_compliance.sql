-- label: SCOPs that comply
-- why: Share of living SCOPs whose employees hold at least 51 % of the capital and 65 % of the votes. Those that do not say are left out, and their number is shown.
-- unit: share
-- direction: high
-- counts: SCOPs
-- topic: co-operatives
-- levels: country, region, departement, commune
-- sources: cooperatives
-- source: les-scop.coop; Wilson interval
WITH
-- shell: firms
counted AS (
    SELECT
        territory_code, scope_code,
        count(*) FILTER (WHERE is_scop_compliant = 'yes') AS numerator,
        count(*) FILTER (WHERE is_scop_compliant IN ('yes', 'no')) AS denominator,
        count(*) - denominator AS left_out
    FROM firms
    WHERE form = 'scop' AND is_living
    GROUP BY territory_code, scope_code
)

-- shell: share
