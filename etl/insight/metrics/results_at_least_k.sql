-- label: Enough answers to choose
-- why: Share of requests old enough that as many providers as are needed answered within the days chosen: could the customer choose? Requests too young, or of which nobody knows whether as many answers came in time, are left out, and their number is shown.
-- unit: share
-- direction: high
-- counts: requests
-- topic: matching
-- levels: country, region, departement
-- sources: requests
-- columns: left_out = too young, of unknown answers, or undated: old enough and answered, and some of their answers have no known time or number
-- source: Thumbtack: a customer is served with three or more results; k up to 10; Wilson interval
WITH known AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests,
        sum(counts.answers_known + counts.answered_undated) AS answers_known,
        sum(counts.answered_late) AS late
    FROM marts.request_months AS counts
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    WHERE
        counts.horizon_days = $days
        AND counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
),

answered AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS served, sum(counts.undecided) AS undated
    FROM marts.answer_months AS counts
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    WHERE
        counts.horizon_days = $days
        AND counts.at_least = up_to_ten($k)
        AND counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
),

counted AS (
    SELECT
        known.territory_code, known.scope_code,
        coalesce(answered.served, 0) AS numerator,
        known.answers_known - coalesce(answered.undated, 0) AS denominator,
        coalesce(answered.served, 0) + known.late AS dated,
        known.requests - denominator AS left_out,
        coalesce(answered.undated, 0) AS undated
    FROM known
    LEFT JOIN answered USING (territory_code, scope_code)
),

-- shell: rated
-- shell: share_in_time
