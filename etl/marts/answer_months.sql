-- grain: one row per month, département (or what is known of the place), domain, horizon and number of answers
-- answers: how many answers requests had within the horizon
-- columns: answers 0 to 10, 10 = ten or more (one per provider; an answer nobody dated counts as in time, unless the first came too late); requests = mature ones whose answers are known
WITH counted AS (
    SELECT
        facts.month, facts.departement_code, facts.region_code, facts.domain_code,
        horizons.horizon_days,
        CASE
            WHEN facts.answer_days IS NULL OR facts.answer_days > horizons.horizon_days THEN 0
            ELSE least(10, greatest(1, facts.answers - coalesce(
                len(list_filter(
                    facts.answer_hours, lambda hours: hours > 24 * horizons.horizon_days
                )), 0
            )))
        END AS answers
    FROM staging.request_facts AS facts
    CROSS JOIN reference.horizons AS horizons
    WHERE facts.age_days >= horizons.horizon_days AND facts.are_answers_known
)

SELECT
    month, departement_code, region_code, domain_code, horizon_days, answers,
    count(*) AS requests
FROM counted
GROUP BY month, departement_code, region_code, domain_code, horizon_days, answers
ORDER BY horizon_days, departement_code, domain_code, month, answers
