-- label: As many requests have an answer as are not without one, and no more have several than have fewer
WITH counted AS (
    SELECT
        month, departement_code, region_code, domain_code, horizon_days,
        max(requests) FILTER (WHERE at_least = 1) AS answered,
        max(requests) AS most,
        max(undecided) FILTER (WHERE at_least = 1) AS undecided
    FROM marts.answer_months
    GROUP BY month, departement_code, region_code, domain_code, horizon_days
)

SELECT
    months.month, months.departement_code, months.region_code, months.domain_code,
    months.horizon_days, months.answers_known, months.unanswered, months.answered_undated,
    counted.answered, counted.most, counted.undecided
FROM marts.request_months AS months
LEFT JOIN counted
    ON
        months.month = counted.month
        AND months.departement_code IS NOT DISTINCT FROM counted.departement_code
        AND months.region_code IS NOT DISTINCT FROM counted.region_code
        AND months.domain_code = counted.domain_code
        AND months.horizon_days = counted.horizon_days
WHERE
    months.answers_known - months.unanswered <> coalesce(counted.answered, 0)
    OR coalesce(counted.most, 0) <> coalesce(counted.answered, 0)
    OR months.answered_undated <> coalesce(counted.undecided, 0)
