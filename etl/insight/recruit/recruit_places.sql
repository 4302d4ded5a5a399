-- grain: one row per commune of a territory
-- answers: what coverage of a scope is made of, commune by commune
-- columns: population; providers = active ones that reach the commune; requests in the window, those placed by a point with the commune nearest to it, whose providers reach it (not where the territory is a commune); known = mature ones with a known outcome; unmet = requests a month not filled in time, wherever; lacks_providers = fewer than k reach it: what a recruit could serve is unmet there
WITH posted AS (
    SELECT
        requests.commune_code,
        sum(requests.requests) AS requests,
        sum(requests.known) AS known,
        sum(requests.known - requests.filled)
        / nullif((
            SELECT count(*) FROM marts.months WHERE has_requests AND month BETWEEN $from AND $to
        ), 0)::DOUBLE AS unmet
    FROM marts.commune_requests AS requests
    INNER JOIN reference.domain_scopes AS scopes ON requests.domain_code = scopes.domain_code
    WHERE
        requests.month BETWEEN $from AND $to
        AND scopes.scope_code = $scope
        AND NOT (requests.is_point AND $within_level = 'commune')
        AND lies_within(
            $within_level, $within_code,
            requests.region_code, requests.departement_code, requests.commune_code
        )
    GROUP BY requests.commune_code
)

SELECT
    communes.commune_code,
    communes.latitude,
    communes.longitude,
    communes.population,
    CAST(coalesce(supply.providers, 0) AS BIGINT) AS providers,
    CAST(coalesce(posted.requests, 0) AS BIGINT) AS requests,
    CAST(coalesce(posted.known, 0) AS BIGINT) AS known,
    coalesce(posted.unmet, 0) AS unmet,
    coalesce(supply.providers, 0) < $k AS lacks_providers
FROM reference.communes AS communes
LEFT JOIN marts.commune_supply AS supply
    ON communes.commune_code = supply.commune_code AND supply.scope_code = $scope
LEFT JOIN posted ON communes.commune_code = posted.commune_code
WHERE
    lies_within(
        $within_level, $within_code,
        communes.region_code, communes.departement_code, communes.commune_code
    )
ORDER BY communes.commune_code
