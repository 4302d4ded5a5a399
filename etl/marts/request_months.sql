-- grain: one row per month, département (or what is known of the place), domain and horizon
-- answers: how many requests were posted, and what had become of them within the horizon
-- columns: requests posted (repeated for each horizon); mature = old enough for the horizon; known = mature with a known outcome; filled, unanswered within the horizon; answers_known = mature whose answers are known; filled_late, cancelled among known
SELECT
    facts.month,
    facts.departement_code,
    facts.region_code,
    facts.domain_code,
    horizons.horizon_days,
    count(*) AS requests,
    count(*) FILTER (WHERE facts.age_days >= horizons.horizon_days) AS mature,
    count(*) FILTER (WHERE facts.age_days >= horizons.horizon_days AND is_outcome_known) AS known,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND filled_days <= horizons.horizon_days
    ) AS filled,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND filled_days > horizons.horizon_days
    ) AS filled_late,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND outcome = 'cancelled'
    ) AS cancelled,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND are_answers_known
    ) AS answers_known,
    count(*) FILTER (
        WHERE
            facts.age_days >= horizons.horizon_days
            AND are_answers_known
            AND (answer_days IS NULL OR answer_days > horizons.horizon_days)
    ) AS unanswered
FROM staging.request_facts AS facts
CROSS JOIN reference.horizons AS horizons
GROUP BY
    facts.month, facts.departement_code, facts.region_code, facts.domain_code,
    horizons.horizon_days
ORDER BY horizons.horizon_days, facts.departement_code, facts.domain_code, facts.month
