-- label: Fill rate
-- why: The chance that a request is filled within the days chosen, from 9:00 to 9:00 by the clocks of Paris. Requests too young, without a known outcome or filled at an unknown time are left out, and their number is shown; where no filled request has a time, no rate is told.
-- unit: share
-- direction: high
-- counts: requests
-- topic: matching
-- levels: country, region, departement, commune
-- sources: requests
-- columns: left_out = too young, of unknown outcome, or filled at an unknown time (undated, of those old enough); ever, ever_of = filled at any time, among those old enough of known outcome
-- source: probability of a transaction within a time (Sharetribe); Wilson interval
WITH
-- shell: in_time
-- shell: filled
counted AS (
    SELECT
        territory_code, scope_code,
        sum(numerator) AS numerator, sum(denominator) AS denominator,
        sum(dated) AS dated, sum(left_out) AS left_out, sum(undated) AS undated,
        sum(dated) + sum(undated) AS ever,
        sum(denominator) + sum(undated) AS ever_of
    FROM filled
    GROUP BY territory_code, scope_code
),

-- shell: rated
-- shell: share_in_time
