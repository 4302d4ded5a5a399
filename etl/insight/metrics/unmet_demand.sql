-- label: Unmet demand
-- why: Requests old enough that were not filled within the days chosen: what the marketplace loses. Those filled at an unknown time are left out, as in the fill rate.
-- unit: share
-- direction: low
-- counts: requests
-- topic: matching
-- levels: country, region, departement, commune
-- sources: requests
-- columns: filled_late and cancelled by the client are parts of the numerator; left_out = too young, without a known outcome, or filled at an unknown time (undated)
-- source: Wilson interval
WITH
-- shell: in_time
counted AS (
    SELECT
        territory_code, scope_code,
        sum(known - filled) AS numerator, sum(known) AS denominator,
        sum(filled + filled_late) AS dated,
        sum(requests - known) AS left_out,
        sum(filled_undated) AS undated,
        sum(filled_late) AS filled_late,
        sum(cancelled) AS cancelled
    FROM in_time
    GROUP BY territory_code, scope_code
),

-- shell: rated
-- shell: share_in_time
