-- label: The first answers of every scope add up to those of its domains, whatever the bucket of time
WITH counted AS (
    SELECT
        scopes.scope_code, counts.bucket,
        sum(counts.answered) AS answered, sum(counts.answered + counts.censored) AS leaving
    FROM marts.first_response_buckets AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    GROUP BY scopes.scope_code, counts.bucket
),

expected AS (
    SELECT scope_code, sum(answered) AS answered, sum(leaving) AS leaving
    FROM counted
    GROUP BY scope_code
),

added AS (
    SELECT scope_code, sum(COLUMNS('_(answered|leaving)$'))
    FROM marts.first_response_months
    GROUP BY scope_code
),

found AS (
    SELECT
        scope_code,
        list_sum([*COLUMNS('_answered$')]) AS answered,
        list_sum([*COLUMNS('_leaving$')]) AS leaving
    FROM added
)

SELECT
    coalesce(expected.scope_code, found.scope_code) AS scope_code, expected.answered,
    found.answered AS found_answered, expected.leaving, found.leaving AS found_leaving
FROM expected
FULL OUTER JOIN found ON expected.scope_code = found.scope_code
WHERE
    expected.answered IS DISTINCT FROM found.answered
    OR expected.leaving IS DISTINCT FROM found.leaving
