-- label: Direct hires
-- why: Share of hires where the household employs the person itself: the marketplace looks for individuals first. Hires of providers who work in several modes, or in a mode nobody told, are left out, and their number is shown.
-- unit: share
-- direction: high
-- counts: hires
-- topic: matching
-- levels: country, region, departement
-- sources: requests
-- source: hires in direct mode / hires in a known mode, of one kind of provider or all; Wilson interval
WITH
-- shell: hires
counted AS (
    SELECT
        territory_code, scope_code,
        sum(direct) AS numerator, sum(mode_known) AS denominator,
        sum(hires - mode_known) AS left_out
    FROM hires
    WHERE $kind = 'all' OR kind = $kind
    GROUP BY territory_code, scope_code
)

-- shell: share
