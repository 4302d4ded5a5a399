-- label: What the provider keeps
-- why: Of each euro that clients pay, what the provider keeps; the rest is the marketplace's take rate. Hires without a known amount and fee are left out, and their number is shown.
-- unit: share
-- direction: high
-- counts: hires
-- topic: market
-- levels: country, region, departement
-- sources: requests
-- columns: numerator and denominator in euros; n = hires with a known amount and fee; take_rate = 1 - value
-- source: sum of (amount - fee) / sum of amount, over hires of the period
WITH
-- shell: hires
counted AS (
    SELECT
        territory_code, scope_code,
        CAST(sum(amount_eur) AS DOUBLE) AS denominator,
        denominator - CAST(sum(fee_eur) AS DOUBLE) AS numerator,
        sum(paid) AS n,
        CAST(sum(hires - paid) AS BIGINT) AS left_out,
        CAST(sum(fee_eur) AS DOUBLE) / nullif(denominator, 0) AS take_rate
    FROM hires
    GROUP BY territory_code, scope_code
)

-- shell: ratio
