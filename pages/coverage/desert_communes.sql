-- grain: one row per commune of the place with requests of the scope in the period and nobody who comes, at most $most of them
-- answers: Which communes ask for help where no active provider would come?
-- columns: code (INSEE), name, departement, population, requests (posted in the period), latitude, longitude; most first by $by ('requests' or 'population')
WITH asked AS (
    SELECT bit_or(month_bit) AS month_bits FROM marts.months WHERE month BETWEEN $from AND $to
),

deserts AS (
    SELECT commune_code
    FROM marts.commune_demand
    CROSS JOIN asked
    WHERE
        scope_code = $scope
        AND providers = 0
        AND request_months & asked.month_bits <> 0
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, commune_code
        )
),

posted AS (
    SELECT
        requests.commune_code AS code,
        sum(requests.requests) AS requests
    FROM marts.commune_requests AS requests
    INNER JOIN deserts USING (commune_code)
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    WHERE
        scopes.scope_code = $scope
        AND NOT requests.is_point
        AND requests.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code,
            requests.region_code, requests.departement_code, requests.commune_code
        )
    GROUP BY requests.commune_code
)

SELECT
    posted.code,
    communes.name,
    departements.name AS departement,
    communes.population,
    CAST(posted.requests AS BIGINT) AS requests,
    communes.latitude,
    communes.longitude
FROM posted
INNER JOIN reference.communes AS communes ON posted.code = communes.commune_code
INNER JOIN reference.departements AS departements USING (departement_code)
ORDER BY
    CASE WHEN $by = 'population' THEN communes.population ELSE posted.requests END DESC,
    communes.population DESC, posted.requests DESC, posted.code
LIMIT $most
