-- label.en: The numbers of answers add up to the requests whose answers are known, and none to those without one
-- label.fr: Les nombres de réponses totalisent les demandes aux réponses connues, et zéro celles sans réponse
WITH counted AS (
    SELECT
        month, departement_code, region_code, domain_code, horizon_days,
        sum(requests) AS requests,
        sum(CASE WHEN answers = 0 THEN requests ELSE 0 END) AS unanswered
    FROM marts.answer_months
    GROUP BY month, departement_code, region_code, domain_code, horizon_days
)

SELECT
    months.month, months.departement_code, months.region_code, months.domain_code,
    months.horizon_days, months.answers_known, counted.requests, months.unanswered,
    counted.unanswered AS counted_unanswered
FROM marts.request_months AS months
LEFT JOIN counted
    ON
        months.month = counted.month
        AND months.departement_code IS NOT DISTINCT FROM counted.departement_code
        AND months.region_code IS NOT DISTINCT FROM counted.region_code
        AND months.domain_code = counted.domain_code
        AND months.horizon_days = counted.horizon_days
WHERE
    months.answers_known <> coalesce(counted.requests, 0)
    OR months.unanswered <> coalesce(counted.unanswered, 0)
