-- grain: one row per month, département (or what is known of the place), domain and horizon
-- answers: how many requests were posted, and what had become of them within the horizon
-- columns: requests posted (repeated for each horizon); mature = old enough for the horizon; known = mature, known whether and when they were filled; filled, filled_late, cancelled among known; filled_undated = mature, filled at an unknown time; answers_known = mature by the day up to which their answers are known too, known whether and when they had a first answer; unanswered within the horizon, answered_late (after it) among them; answered_undated = mature, answered at an unknown time
SELECT
    facts.month,
    facts.departement_code,
    facts.region_code,
    facts.domain_code,
    horizons.horizon_days,
    count(*) AS requests,
    count(*) FILTER (WHERE facts.age_days >= horizons.horizon_days) AS mature,
    count(*) FILTER (WHERE facts.age_days >= horizons.horizon_days AND is_fill_known) AS known,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND filled_days <= horizons.horizon_days
    ) AS filled,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND filled_days > horizons.horizon_days
    ) AS filled_late,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND is_fill_undated
    ) AS filled_undated,
    count(*) FILTER (
        WHERE facts.age_days >= horizons.horizon_days AND outcome = 'cancelled'
    ) AS cancelled,
    count(*) FILTER (
        WHERE facts.answer_age_days >= horizons.horizon_days AND is_answer_known
    ) AS answers_known,
    count(*) FILTER (
        WHERE
            facts.answer_age_days >= horizons.horizon_days
            AND is_answer_known
            AND (answer_days IS NULL OR answer_days > horizons.horizon_days)
    ) AS unanswered,
    count(*) FILTER (
        WHERE facts.answer_age_days >= horizons.horizon_days AND answer_days > horizons.horizon_days
    ) AS answered_late,
    count(*) FILTER (
        WHERE facts.answer_age_days >= horizons.horizon_days AND is_answer_undated
    ) AS answered_undated
FROM staging.request_facts AS facts
CROSS JOIN reference.horizons AS horizons
GROUP BY
    facts.month, facts.departement_code, facts.region_code, facts.domain_code,
    horizons.horizon_days
ORDER BY horizons.horizon_days, facts.departement_code, facts.domain_code, facts.month
