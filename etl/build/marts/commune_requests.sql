-- grain: one row per month, commune, domain and way of placing, with at least one request
-- answers: where requests are posted and lost, commune by commune
-- columns: is_point = placed by coordinates near the commune, which count for who would come but not as of the commune; requests; mature, known, filled, filled_late, filled_undated, cancelled, answers_known, unanswered, answered_late, answered_undated as in request_months, at the horizon of the settings (fill_days)
SELECT
    facts.month,
    facts.base_commune_code AS commune_code,
    facts.departement_code,
    facts.region_code,
    facts.domain_code,
    facts.is_point,
    count(*) AS requests,
    count(*) FILTER (WHERE age_days >= settings.fill_days) AS mature,
    count(*) FILTER (WHERE age_days >= settings.fill_days AND is_fill_known) AS known,
    count(*) FILTER (
        WHERE age_days >= settings.fill_days AND filled_days <= settings.fill_days
    ) AS filled,
    count(*) FILTER (
        WHERE age_days >= settings.fill_days AND filled_days > settings.fill_days
    ) AS filled_late,
    count(*) FILTER (WHERE age_days >= settings.fill_days AND is_fill_undated) AS filled_undated,
    count(*) FILTER (
        WHERE age_days >= settings.fill_days AND outcome = 'cancelled'
    ) AS cancelled,
    count(*) FILTER (WHERE answer_age_days >= settings.fill_days AND is_answer_known) AS answers_known,
    count(*) FILTER (
        WHERE
            answer_age_days >= settings.fill_days
            AND is_answer_known
            AND (answer_days IS NULL OR answer_days > settings.fill_days)
    ) AS unanswered,
    count(*) FILTER (
        WHERE answer_age_days >= settings.fill_days AND answer_days > settings.fill_days
    ) AS answered_late,
    count(*) FILTER (
        WHERE answer_age_days >= settings.fill_days AND is_answer_undated
    ) AS answered_undated
FROM staging.request_facts AS facts
CROSS JOIN reference.settings AS settings
WHERE facts.base_commune_code IS NOT NULL
GROUP BY
    facts.month, facts.base_commune_code, facts.departement_code, facts.region_code, facts.domain_code,
    facts.is_point
ORDER BY
    facts.departement_code, facts.base_commune_code, facts.domain_code, facts.month, facts.is_point
