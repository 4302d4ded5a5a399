-- grain: one row per source
-- answers: For how much of what was loaded is the domain or the place not known?
-- columns: source; total (rows in use); unknown_domain; unknown_place; rough_place (known, but not to the commune; NULL where it cannot be told)
SELECT
    'providers' AS source,
    count(*) AS total,
    count(*) FILTER (WHERE len(domain_codes) = 0) AS unknown_domain,
    count(*) FILTER (WHERE place_precision = 'unknown') AS unknown_place,
    count(*) FILTER (WHERE place_precision IN ('departement', 'region')) AS rough_place
FROM marts.providers
UNION ALL
SELECT
    'requests',
    CAST(coalesce(sum(requests), 0) AS BIGINT),
    CAST(coalesce(sum(requests) FILTER (WHERE domain_code = 'unknown'), 0) AS BIGINT),
    CAST(coalesce(sum(requests) FILTER (WHERE region_code IS NULL), 0) AS BIGINT),
    NULL
FROM marts.request_months
WHERE horizon_days = (SELECT min(horizon_days) FROM marts.request_months)
UNION ALL
SELECT
    'cooperatives',
    count(*),
    count(*) FILTER (WHERE len(domain_codes) = 0),
    count(*) FILTER (WHERE place_precision = 'unknown'),
    count(*) FILTER (WHERE place_precision IN ('departement', 'region'))
FROM marts.cooperatives
