-- label: First answer (median)
-- why: Half of the requests have had their first answer within this many hours; requests still waiting are censored, not left out. Requests answered at an unknown time, or of which nobody knows whether they were, are left out, and their number is shown. Not reached: even with those, fewer than half were answered.
-- unit: hours
-- direction: low
-- counts: requests
-- topic: matching
-- levels: country, region, departement
-- sources: requests
-- columns: value, p90 = upper edge of the bucket in which half and nine in ten are answered (infinite: in the last, over a year; NULL: not reached, or unknown); left_out = of no known time, undated = of them, those answered; waiting = share still without an answer at the end, as if those left out had all been answered at once
-- source: Kaplan-Meier S(t) = prod(1 - d_i / n_i) on published time buckets; the value is the upper edge of the bucket; an answer of which only the day is known came by the end of that day; a request is seen up to the last day that its answers are known of
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        sum(COLUMNS('_(answered|leaving)$'))
    FROM marts.first_response_months
    WHERE
        month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
),

-- shell: timed
SELECT * FROM timed WHERE territory_code IS NOT NULL ORDER BY territory_code, scope_code
