-- grain: one row per month, commune and domain with an unmet request
-- answers: how many requests nobody took, commune by commune and domain by domain
-- columns: month = 12 * year + month; cell as in supply.sql; unmet = mature requests with a known outcome that were not filled in time (those placed by coordinates with the commune nearest to them)
SELECT
    CAST(12 * year(counts.month) + month(counts.month) AS INTEGER) AS month,
    CAST(communes.place * domains.domains + domains.place AS INTEGER) AS cell,
    CAST(sum(counts.known - counts.filled) AS INTEGER) AS unmet
FROM marts.commune_requests AS counts
INNER JOIN ranked_communes AS communes ON counts.commune_code = communes.commune_code
INNER JOIN ranked_domains AS domains ON counts.domain_code = domains.scope_code
WHERE counts.known > counts.filled
GROUP BY counts.month, communes.place, domains.domains, domains.place
ORDER BY counts.month, cell
