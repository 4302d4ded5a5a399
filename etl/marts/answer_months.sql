-- grain: one row per month, département (or what is known of the place), domain, horizon and number of answers
-- answers: how many requests had at least so many answers within the horizon
-- columns: at_least 1 to 10 answers (one per provider; an answer nobody dated counts as in time, unless the first came too late); requests = mature ones whose answers are known with at least so many, of request_months.answers_known
WITH counted AS (
    SELECT
        facts.month, facts.departement_code, facts.region_code, facts.domain_code,
        horizons.horizon_days,
        least(10, greatest(1, facts.answers - coalesce(
            len(list_filter(
                facts.answer_hours, lambda hours: hours > 24 * horizons.horizon_days
            )), 0
        ))) AS answers
    FROM staging.request_facts AS facts
    CROSS JOIN reference.horizons AS horizons
    WHERE
        facts.age_days >= horizons.horizon_days
        AND facts.are_answers_known
        AND facts.answer_days <= horizons.horizon_days
),

tallied AS (
    SELECT
        month, departement_code, region_code, domain_code, horizon_days, answers,
        count(*) AS requests
    FROM counted
    GROUP BY month, departement_code, region_code, domain_code, horizon_days, answers
)

SELECT
    tallied.month,
    tallied.departement_code,
    tallied.region_code,
    tallied.domain_code,
    tallied.horizon_days,
    CAST(steps.at_least AS TINYINT) AS at_least,
    CAST(sum(tallied.requests) AS BIGINT) AS requests
FROM tallied
INNER JOIN range(1, 11) AS steps (at_least) ON tallied.answers >= steps.at_least
GROUP BY ALL
ORDER BY
    tallied.horizon_days, at_least, tallied.departement_code, tallied.domain_code, tallied.month
