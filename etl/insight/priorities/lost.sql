-- grain: one row per commune and domain with a request of the months whose outcome is known
-- answers: how many requests nobody took, commune by commune and domain by domain
-- columns: unmet = mature requests with a known outcome that were not filled in time (those placed by coordinates with the commune nearest to them)
SELECT
    commune_code,
    domain_code AS scope_code,
    CAST(sum(known - filled) AS BIGINT) AS unmet
FROM marts.commune_requests
WHERE month BETWEEN $from AND $to AND domain_code <> 'unknown' AND known > filled
GROUP BY commune_code, domain_code
ORDER BY commune_code, domain_code
