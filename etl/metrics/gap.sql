-- label.en: Gap
-- label.fr: Manque
-- why.en: What a place lacks: people in communes with fewer than k active providers, and the requests a month lost there.
-- why.fr: Ce qui manque : les habitants des communes comptant moins de k prestataires actifs, et les demandes qui y sont perdues chaque mois.
-- unit: per_month
-- low_is_good: true
-- source: unmet mature requests a month in communes with n < k; missing = max(0, k - n) summed over communes with requests
-- source.fr: demandes mûres perdues par mois dans les communes où n < k ; manquants = max(0, k - n), sommés sur les communes qui demandent
WITH asked AS (
    SELECT count(*) FILTER (WHERE has_requests) AS months, bit_or(month_bit) AS month_bits
    FROM marts.months
    WHERE month BETWEEN $from AND $to
),

lost AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scope_code,
        sum(requests) AS requests,
        sum(known) AS known,
        sum(known - filled) AS unmet
    FROM marts.demand_months
    WHERE
        $level <> 'commune'
        AND month BETWEEN $from AND $to
        AND providers < up_to_ten($k)
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
    UNION ALL
    SELECT
        counts.commune_code,
        scopes.scope_code,
        sum(counts.requests),
        sum(counts.known),
        sum(counts.known - counts.filled)
    FROM marts.commune_requests AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        $level = 'commune'
        AND counts.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, counts.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY counts.commune_code, scopes.scope_code
),

places AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scope_code,
        sum($k - providers) AS missing,
        count(*) AS communes,
        sum(population) AS population
    FROM marts.commune_demand
    CROSS JOIN asked
    WHERE
        request_months & asked.month_bits <> 0
        AND providers < $k
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, commune_code
        )
        AND scope_code <> 'unknown'
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
)

SELECT
    lost.territory_code,
    lost.scope_code,
    CAST(lost.unmet AS DOUBLE) AS numerator,
    CAST(lost.known AS DOUBLE) AS denominator,
    lost.unmet / nullif(asked.months, 0)::DOUBLE AS value,
    CAST(lost.requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(places.missing AS BIGINT) AS missing,
    places.communes,
    CAST(places.population AS BIGINT) AS population
FROM lost
CROSS JOIN asked
INNER JOIN places
    ON lost.territory_code = places.territory_code AND lost.scope_code = places.scope_code
ORDER BY value DESC, lost.territory_code, lost.scope_code
