-- What the metrics repeat. A metric that says `-- shell: name` in a line of its own has the block of
-- that name in its place (layers.read_sql); `python -m etl metric NAME` prints the whole.

-- shell: months_asked
-- one row: the months asked for that requests cover, and the bits of all of them
months_asked AS (
    SELECT count(*) FILTER (WHERE has_requests) AS months, bit_or(month_bit) AS month_bits
    FROM marts.months
    WHERE month BETWEEN $from AND $to
),

-- shell: posted
-- requests of the months, territories and scopes asked for: each stands there for every horizon
posted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests
    FROM marts.request_counts AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.is_commune = ($level = 'commune')
        AND counts.horizon_days = (SELECT fill_days FROM reference.settings)
        AND counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
),

-- shell: in_time
-- what became of them within the horizon asked for (of a commune only that of the settings is
-- kept): row by row, to be added up
in_time AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        month, requests, known, filled, filled_late, filled_undated, cancelled,
        answers_known, unanswered, answered_late, answered_undated
    FROM marts.request_counts AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.is_commune = ($level = 'commune')
        AND counts.horizon_days = CASE
            WHEN $level = 'commune' THEN (SELECT fill_days FROM reference.settings) ELSE $days
        END
        AND counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, scopes.scope_code)
),

-- shell: filled
-- what the fill rate counts of them
filled AS (
    SELECT
        territory_code, scope_code, month, requests,
        filled AS numerator, known AS denominator,
        filled + filled_late AS dated, requests - known AS left_out, filled_undated AS undated
    FROM in_time
),

-- shell: filled_by_month
-- the same month by month
counted AS (
    SELECT month, sum(COLUMNS('^(requests|numerator|denominator|dated|left_out|undated)$'))
    FROM filled
    GROUP BY month
),

-- shell: periods
-- the periods asked for, as the first days of their first and last months
periods AS (
    SELECT place, CAST($starts[place] AS DATE) AS start, CAST($ends[place] AS DATE) AS until
    FROM (SELECT unnest(range(1, len($starts) + 1)) AS place)
),

-- shell: demand
-- requests by how many providers reach the place, which a commune itself tells
demand AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code, is_point, providers, requests, known, filled
    FROM marts.demand_months
    WHERE
        $level <> 'commune'
        AND month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND scope_code <> 'unknown'
        AND is_asked_scope($scopes, scope_code)
    UNION ALL
    SELECT
        counts.commune_code, scopes.scope_code, counts.is_point, NULL,
        counts.requests, counts.known, counts.filled
    FROM marts.commune_requests AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        $level = 'commune'
        AND NOT counts.is_point
        AND counts.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, counts.commune_code
        )
        AND scopes.scope_code <> 'unknown'
        AND is_asked_scope($scopes, scopes.scope_code)
),

-- shell: communes
-- communes where requests were posted in those months, and how many providers reach them
communes AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scope_code, providers, population
    FROM marts.commune_demand
    CROSS JOIN months_asked
    WHERE
        request_months & months_asked.month_bits <> 0
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND scope_code <> 'unknown'
        AND is_asked_scope($scopes, scope_code)
),

-- shell: reach
-- communes and their people by how many providers reach them
reach AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scope_code, providers, communes, population
    FROM marts.reach_counts
    WHERE
        is_commune = ($level = 'commune')
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, scope_code)
),

-- shell: past_supply
-- active providers at the end of each of those months that requests cover, added up
past_supply AS (
    SELECT
        CASE WHEN $level = 'several' THEN $level ELSE supply.code END AS territory_code,
        supply.scope_code,
        sum(supply.providers) AS provider_months
    FROM marts.supply_months AS supply
    INNER JOIN marts.months AS months ON supply.month = months.month
    WHERE
        CASE $level
            WHEN 'several' THEN list_contains(
                string_split($within_code, '+'), supply.level || '-' || supply.code
            )
            ELSE supply.level = $level
        END
        AND supply.kind = 'all'
        AND months.has_requests AND supply.month BETWEEN $from AND $to
    GROUP BY territory_code, supply.scope_code
),

-- shell: hires
-- hires of the months, territories and scopes asked for, by kind of provider
hires AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        counts.*
    FROM marts.hire_months AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.month BETWEEN $from AND $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
),

-- shell: firms
-- co-operatives of the territories and scopes asked for
firms AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        cooperatives.*
    FROM marts.cooperatives AS cooperatives
    INNER JOIN marts.cooperative_scopes AS scopes ON cooperatives.siren = scopes.siren
    WHERE
        lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, scopes.scope_code)
),

-- shell: staff
-- their employees, for each closed year that ends in the period
staff AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        years.*
    FROM marts.cooperative_staff AS years
    INNER JOIN marts.cooperative_scopes AS scopes ON years.siren = scopes.siren
    WHERE
        make_date(years.year, 12, 31)
        BETWEEN $from AND CAST(CAST($to AS DATE) + INTERVAL 1 MONTH AS DATE) - 1
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
),

-- shell: projects
-- projects received in the period, of the territories and scopes asked for
projects AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        received.*
    FROM marts.projects AS received
    INNER JOIN reference.domain_scopes AS scopes ON received.domain_code = scopes.domain_code
    WHERE
        received.received_on >= CAST($from AS DATE)
        AND received.received_on < CAST($to AS DATE) + INTERVAL 1 MONTH
        AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
        AND is_asked_scope($scopes, scopes.scope_code)
),

-- shell: timed
-- of how many answered and left in each bucket of time: when half and nine in ten had an answer
edges AS (
    SELECT list(upper_hours ORDER BY bucket) AS upper_hours FROM reference.response_buckets
),

-- one list a row, a place in it for each bucket: NULL where nobody answered or left
listed AS (
    SELECT
        COLUMNS('^(territory_code|scope_code|place)$'),
        coalesce("-1_answered", 0) AS undated,
        coalesce("-1_leaving", 0) AS left_out,
        CAST([*COLUMNS('^[0-9]+_answered$')] AS DOUBLE[]) AS answered,
        CAST([*COLUMNS('^[0-9]+_leaving$')] AS DOUBLE[]) AS leaving
    FROM counted
),

factors AS (
    SELECT
        *,
        list_transform(leaving, lambda gone, bucket: CASE
            WHEN gone > 0 THEN 1 - answered[bucket] / list_sum(leaving[bucket:])
            ELSE 1
        END) AS staying
    FROM listed
),

survival AS (
    SELECT
        *,
        list_transform(staying, lambda share, bucket: list_product(staying[1:bucket])) AS waiting
    FROM factors
),

counted_out AS (
    SELECT *, coalesce(list_sum(answered), 0) AS answers, coalesce(list_sum(leaving), 0) AS cases
    FROM survival
),

timed AS (
    SELECT
        COLUMNS('^(territory_code|scope_code|place)$'),
        survival.answers AS numerator,
        survival.cases AS denominator,
        edges.upper_hours[
            len(list_filter(survival.waiting, lambda share: share > 0.5 + 1e-12)) + 1
        ] AS value,
        CAST(survival.cases AS BIGINT) AS n,
        NULL::DOUBLE AS low,
        NULL::DOUBLE AS high,
        edges.upper_hours[
            len(list_filter(survival.waiting, lambda share: share > 0.1 + 1e-12)) + 1
        ] AS p90,
        CAST(survival.left_out AS BIGINT) AS left_out,
        CAST(survival.undated AS BIGINT) AS undated,
        survival.waiting[-1] * survival.cases / nullif(survival.cases + survival.left_out, 0)
            AS waiting
    FROM counted_out AS survival
    CROSS JOIN edges
)

-- shell: share
-- a share of cases with its Wilson interval, out of numerator and denominator; what else counted
-- holds are counts too
SELECT
    territory_code,
    scope_code,
    CAST(numerator AS DOUBLE) AS numerator,
    CAST(denominator AS DOUBLE) AS denominator,
    numerator / nullif(denominator, 0)::DOUBLE AS value,
    CAST(round(coalesce(denominator, 0)) AS BIGINT) AS n,
    wilson_low(numerator, denominator) AS low,
    wilson_high(numerator, denominator) AS high,
    CAST(COLUMNS(* EXCLUDE (territory_code, scope_code, numerator, denominator)) AS BIGINT)
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY COLUMNS('^(territory_code|scope_code|year)$')

-- shell: rated
-- a share of cases within a time, where it is told (see is_dated)
rated AS (
    SELECT
        *,
        CASE WHEN is_dated(dated, undated) THEN numerator / nullif(denominator, 0)::DOUBLE END
            AS value,
        CASE WHEN is_dated(dated, undated) THEN wilson_low(numerator, denominator) END AS low,
        CASE WHEN is_dated(dated, undated) THEN wilson_high(numerator, denominator) END AS high
    FROM counted
)

-- shell: share_in_time
SELECT
    territory_code,
    scope_code,
    CAST(numerator AS DOUBLE) AS numerator,
    CAST(denominator AS DOUBLE) AS denominator,
    value,
    CAST(denominator AS BIGINT) AS n,
    low,
    high,
    CAST(COLUMNS(* EXCLUDE (
        territory_code, scope_code, numerator, denominator, dated, value, low, high
    )) AS BIGINT)
FROM rated
WHERE territory_code IS NOT NULL
ORDER BY territory_code, scope_code

-- shell: ratio
-- one number for another, neither a share of cases
SELECT
    territory_code,
    scope_code,
    CAST(numerator AS DOUBLE) AS numerator,
    CAST(denominator AS DOUBLE) AS denominator,
    numerator / nullif(denominator, 0)::DOUBLE AS value,
    CAST(n AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    * EXCLUDE (territory_code, scope_code, numerator, denominator, n)
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY COLUMNS('^(territory_code|scope_code|year)$')

-- shell: number
-- a number by itself
SELECT
    territory_code,
    scope_code,
    CAST(numerator AS DOUBLE) AS numerator,
    NULL::DOUBLE AS denominator,
    CAST(numerator AS DOUBLE) AS value,
    CAST(n AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    * EXCLUDE (territory_code, scope_code, numerator, n)
FROM counted
WHERE territory_code IS NOT NULL
ORDER BY COLUMNS('^(territory_code|scope_code|year)$')
