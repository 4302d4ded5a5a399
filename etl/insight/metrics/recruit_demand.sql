-- label: Unmet requests where providers lack
-- why: Requests a month that nobody took, in communes that fewer active providers reach than are needed: what the next recruits could really serve.
-- unit: per_month
-- direction: low
-- counts: requests
-- topic: recruit
-- levels: commune
-- sources: requests
-- source: mature requests with a known outcome that were not filled within the days of the settings / months of the window; providers = active ones that reach the commune; requests placed by coordinates count with the commune nearest to them
WITH
-- shell: months_asked
asked AS (
    SELECT
        requests.commune_code,
        scopes.scope_code,
        sum(requests.requests) AS requests,
        sum(requests.known) AS known,
        sum(requests.known - requests.filled) AS unmet
    FROM marts.commune_requests AS requests
    INNER JOIN reference.domain_scopes AS scopes USING (domain_code)
    WHERE
        requests.month BETWEEN $from AND $to
        AND NOT (requests.is_point AND $within_level = 'commune')
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, requests.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY requests.commune_code, scopes.scope_code
)

SELECT
    asked.commune_code AS territory_code,
    asked.scope_code,
    CAST(asked.unmet AS DOUBLE) AS numerator,
    CAST(months_asked.months AS DOUBLE) AS denominator,
    asked.unmet / nullif(months_asked.months, 0)::DOUBLE AS value,
    CAST(asked.requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(asked.known AS BIGINT) AS known,
    coalesce(supply.providers, 0) AS providers,
    communes.latitude,
    communes.longitude
FROM asked
CROSS JOIN months_asked
INNER JOIN reference.communes AS communes USING (commune_code)
LEFT JOIN marts.commune_supply AS supply USING (commune_code, scope_code)
WHERE coalesce(supply.providers, 0) < $k
ORDER BY asked.commune_code, asked.scope_code
