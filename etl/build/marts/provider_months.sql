-- grain: one row per provider and month in which it answered a request or was hired
-- answers: how much work does each provider find, over time?
-- columns: month (its first day); answers = requests of that month it answered; hires of that month
SELECT
    provider_id, month, CAST(sum(answers) AS INTEGER) AS answers,
    CAST(sum(hires) AS INTEGER) AS hires
FROM (
    SELECT answers.provider_id, requests.month, count(*) AS answers, 0 AS hires
    FROM staging.answers AS answers
    INNER JOIN staging.request_facts AS requests ON answers.request_id = requests.request_id
    GROUP BY answers.provider_id, requests.month
    UNION ALL
    SELECT provider_id, month, 0, count(*)
    FROM staging.hires
    WHERE provider_id IS NOT NULL
    GROUP BY provider_id, month
)
GROUP BY provider_id, month
ORDER BY provider_id, month
