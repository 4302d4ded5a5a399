{{ config(materialized="table") }}
SELECT
    strftime(created_at, '%Y-%m') AS month, status, count(*) AS requests,
    coalesce(sum(responses), 0)::BIGINT AS answers, round(coalesce(sum(amount_eur), 0), 2) AS euros
FROM (
    SELECT * FROM {{ ref("requests") }}
    QUALIFY row_number() OVER (PARTITION BY request_id ORDER BY filename DESC) = 1
)
GROUP BY ALL
ORDER BY ALL
