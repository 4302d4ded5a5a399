-- grain: one row per month, département (or what is known of the place), domain, horizon and number of answers
-- answers: how many requests had at least so many answers within the horizon
-- columns: at_least 1 to 10 answers (one per provider); requests = mature ones with at least so many answers that are known to be in time; undecided = mature ones that may have had so many in time: some of their answers nobody dated or counted. Those with fewer are the others of request_months.answers_known and answered_undated
WITH bounded AS (
    SELECT
        facts.month, facts.departement_code, facts.region_code, facts.domain_code,
        horizons.horizon_days,
        CASE WHEN facts.answer_days <= horizons.horizon_days THEN greatest(1, coalesce(
            len(list_filter(facts.days_of_answers, lambda days: days <= horizons.horizon_days)), 0
        )) ELSE 0 END AS fewest,
        CASE
            WHEN facts.counted_age_days >= horizons.horizon_days THEN facts.answers ELSE 10
        END - coalesce(
            len(list_filter(facts.days_of_answers, lambda days: days > horizons.horizon_days)), 0
        ) AS most
    FROM staging.request_facts AS facts
    CROSS JOIN reference.horizons AS horizons
    WHERE
        facts.answer_age_days >= horizons.horizon_days
        AND facts.answers > 0
        -- where the first came too late, none was in time
        AND (facts.answer_days IS NULL OR facts.answer_days <= horizons.horizon_days)
),

tallied AS (
    SELECT
        month, departement_code, region_code, domain_code, horizon_days,
        CAST(least(10, fewest) AS TINYINT) AS fewest,
        CAST(least(10, greatest(fewest, most)) AS TINYINT) AS most,
        count(*) AS requests
    FROM bounded
    GROUP BY ALL
)

SELECT
    tallied.month,
    tallied.departement_code,
    tallied.region_code,
    tallied.domain_code,
    tallied.horizon_days,
    CAST(steps.at_least AS TINYINT) AS at_least,
    CAST(coalesce(sum(tallied.requests) FILTER (WHERE tallied.fewest >= steps.at_least), 0) AS BIGINT)
        AS requests,
    CAST(coalesce(sum(tallied.requests) FILTER (WHERE tallied.fewest < steps.at_least), 0) AS BIGINT)
        AS undecided
FROM tallied
INNER JOIN range(1, 11) AS steps (at_least) ON tallied.most >= steps.at_least
GROUP BY ALL
ORDER BY
    tallied.horizon_days, at_least, tallied.departement_code, tallied.domain_code, tallied.month
