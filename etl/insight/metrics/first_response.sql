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
WITH edges AS (
    SELECT list(upper_hours ORDER BY bucket) AS upper_hours FROM reference.response_buckets
),

counted AS (
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

-- one list a cell, a place in it for each bucket: NULL where nobody answered or left
listed AS (
    SELECT
        territory_code,
        scope_code,
        coalesce("-1_answered", 0) AS undated,
        coalesce("-1_leaving", 0) AS left_out,
        CAST([*COLUMNS('^[0-9]+_answered$')] AS DOUBLE[]) AS answered,
        CAST([*COLUMNS('^[0-9]+_leaving$')] AS DOUBLE[]) AS leaving
    FROM counted
    WHERE territory_code IS NOT NULL
),

factors AS (
    SELECT
        *,
        list_transform(leaving, lambda gone, place: CASE
            WHEN gone > 0 THEN 1 - answered[place] / list_sum(leaving[place:])
            ELSE 1
        END) AS staying
    FROM listed
),

survival AS (
    SELECT
        *,
        list_transform(staying, lambda share, place: list_product(staying[1:place])) AS waiting
    FROM factors
),

counted_out AS (
    SELECT *, coalesce(list_sum(answered), 0) AS answers, coalesce(list_sum(leaving), 0) AS cases
    FROM survival
)

SELECT
    survival.territory_code,
    survival.scope_code,
    survival.answers AS numerator,
    survival.cases AS denominator,
    edges.upper_hours[len(list_filter(survival.waiting, lambda share: share > 0.5 + 1e-12)) + 1]
        AS value,
    CAST(survival.cases AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    edges.upper_hours[len(list_filter(survival.waiting, lambda share: share > 0.1 + 1e-12)) + 1]
        AS p90,
    CAST(survival.left_out AS BIGINT) AS left_out,
    CAST(survival.undated AS BIGINT) AS undated,
    survival.waiting[-1] * survival.cases / nullif(survival.cases + survival.left_out, 0)
        AS waiting
FROM counted_out AS survival
CROSS JOIN edges
ORDER BY survival.territory_code, survival.scope_code
