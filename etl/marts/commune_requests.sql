-- grain: one row per month, commune and domain with at least one request
-- answers: where requests are posted and lost, commune by commune
-- columns: requests; mature, known, filled, filled_late, cancelled, unanswered, answers_known as in request_months, at the horizon of the settings (fill_days)
SELECT
    facts.month,
    facts.commune_code,
    facts.departement_code,
    facts.region_code,
    facts.domain_code,
    count(*) AS requests,
    count(*) FILTER (WHERE age_days >= settings.fill_days) AS mature,
    count(*) FILTER (WHERE age_days >= settings.fill_days AND is_outcome_known) AS known,
    count(*) FILTER (
        WHERE age_days >= settings.fill_days AND filled_days <= settings.fill_days
    ) AS filled,
    count(*) FILTER (
        WHERE age_days >= settings.fill_days AND filled_days > settings.fill_days
    ) AS filled_late,
    count(*) FILTER (
        WHERE age_days >= settings.fill_days AND outcome = 'cancelled'
    ) AS cancelled,
    count(*) FILTER (WHERE age_days >= settings.fill_days AND are_answers_known) AS answers_known,
    count(*) FILTER (
        WHERE
            age_days >= settings.fill_days
            AND are_answers_known
            AND (answer_days IS NULL OR answer_days > settings.fill_days)
    ) AS unanswered
FROM staging.request_facts AS facts
CROSS JOIN reference.settings AS settings
WHERE facts.commune_code IS NOT NULL
GROUP BY facts.month, facts.commune_code, facts.departement_code, facts.region_code, facts.domain_code
ORDER BY facts.departement_code, facts.commune_code, facts.domain_code, facts.month
