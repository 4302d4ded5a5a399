-- label.en: Gap
-- label.fr: Manque
-- why.en: What a place lacks: people in communes with fewer than k active providers, and the requests a month lost there.
-- why.fr: Ce qui manque : les habitants des communes comptant moins de k prestataires actifs, et les demandes qui y sont perdues chaque mois.
-- unit: per_month
-- low_is_good: true
-- source: unmet mature requests a month in communes with n < k; missing = max(0, k - n) summed over communes with requests
WITH asked_months AS (
    SELECT count(*) AS months
    FROM marts.months
    WHERE has_requests AND month BETWEEN $from AND $to
),

posted AS (
    SELECT
        requests.commune_code,
        territory_of($level, region_code, departement_code, requests.commune_code) AS territory_code,
        scopes.scope_code,
        sum(requests.requests) AS requests,
        sum(requests.known) AS known,
        sum(requests.known - requests.filled) AS unmet
    FROM marts.commune_requests AS requests
    INNER JOIN reference.domain_scopes AS scopes ON requests.domain_code = scopes.domain_code
    WHERE
        requests.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, requests.commune_code
        )
        AND scopes.scope_code <> 'unknown'
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY requests.commune_code, territory_code, scopes.scope_code
)

SELECT
    posted.territory_code,
    posted.scope_code,
    CAST(sum(posted.unmet) AS DOUBLE) AS numerator,
    CAST(sum(posted.known) AS DOUBLE) AS denominator,
    sum(posted.unmet) / nullif(any_value(asked_months.months), 0)::DOUBLE AS value,
    CAST(sum(posted.requests) AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(sum(greatest(0, $k - coalesce(supply.providers, 0))) AS BIGINT) AS missing,
    count(*) AS communes,
    CAST(sum(communes.population) AS BIGINT) AS population
FROM posted
CROSS JOIN asked_months
INNER JOIN reference.communes AS communes ON posted.commune_code = communes.commune_code
LEFT JOIN marts.commune_supply AS supply
    ON posted.commune_code = supply.commune_code AND posted.scope_code = supply.scope_code
WHERE coalesce(supply.providers, 0) < $k
GROUP BY posted.territory_code, posted.scope_code
ORDER BY value DESC, posted.territory_code, posted.scope_code
