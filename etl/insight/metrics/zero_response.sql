-- label: Without any answer
-- why: Share of requests old enough that nobody answered within the days chosen: the first sign of a lack of providers. Requests too young, answered at an unknown time, or whose answers nobody knows, are left out, and their number is shown; where no answer has a time, no rate is told.
-- unit: share
-- direction: low
-- counts: requests
-- topic: matching
-- levels: country, region, departement, commune
-- sources: requests
-- columns: left_out = too young, of unknown answers, or answered at an unknown time (undated, of those old enough); ever, ever_of = without an answer at any time, among those old enough of which it is known
-- source: a16z marketplace metrics (zeros); Wilson interval
WITH
-- shell: in_time
counted AS (
    SELECT
        territory_code, scope_code,
        sum(unanswered) AS numerator, sum(answers_known) AS denominator,
        sum(answers_known - unanswered + answered_late) AS dated,
        sum(requests - answers_known) AS left_out,
        sum(answered_undated) AS undated,
        sum(unanswered - answered_late) AS ever,
        sum(answers_known + answered_undated) AS ever_of
    FROM in_time
    GROUP BY territory_code, scope_code
),

-- shell: rated
-- shell: share_in_time
