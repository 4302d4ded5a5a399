-- grain: one row per région that holds active providers or requests, those that hold most first
-- answers: In which régions does the marketplace operate, by what its files say?
-- columns: code, name; providers (active, based there), requests (all months kept); all_providers, all_requests (those whose région is known); is_proposed: belongs to the fewest régions, at most $most, that together hold $share of the known providers and as much of the known requests (FALSE throughout where no so few do)
WITH places AS (
    SELECT region_code AS code, count(*) AS providers, 0 AS requests
    FROM marts.providers
    WHERE is_active AND region_code IS NOT NULL
    GROUP BY region_code
    UNION ALL
    SELECT region_code, 0, sum(requests)
    FROM marts.request_months
    WHERE
        region_code IS NOT NULL
        AND horizon_days = (SELECT min(horizon_days) FROM marts.request_months)
    GROUP BY region_code
),

held AS (
    SELECT code, sum(providers) AS providers, sum(requests) AS requests
    FROM places
    GROUP BY code
),

totals AS (
    SELECT
        *,
        sum(providers) OVER () AS all_providers,
        sum(requests) OVER () AS all_requests
    FROM held
),

-- what nobody has loaded asks for nothing
weighed AS (
    SELECT
        *,
        coalesce(providers / nullif(all_providers, 0)::DOUBLE, 0)
        + coalesce(requests / nullif(all_requests, 0)::DOUBLE, 0) AS weight
    FROM totals
),

ordered AS (
    SELECT
        *,
        row_number() OVER most_first AS place,
        sum(providers) OVER most_first AS providers_so_far,
        sum(requests) OVER most_first AS requests_so_far
    FROM weighed
    WINDOW most_first AS (ORDER BY weight DESC, code)
),

enough AS (
    SELECT min(place) AS places
    FROM ordered
    WHERE
        providers_so_far >= $share * all_providers
        AND requests_so_far >= $share * all_requests
)

SELECT
    ordered.code,
    regions.name,
    CAST(ordered.providers AS BIGINT) AS providers,
    CAST(ordered.requests AS BIGINT) AS requests,
    CAST(ordered.all_providers AS BIGINT) AS all_providers,
    CAST(ordered.all_requests AS BIGINT) AS all_requests,
    enough.places <= $most AND ordered.place <= enough.places AS is_proposed
FROM ordered
CROSS JOIN enough
INNER JOIN reference.territories AS regions
    ON regions.level = 'region' AND ordered.code = regions.code
ORDER BY ordered.place
