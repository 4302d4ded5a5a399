-- label.en: Pressure
-- label.fr: Tension
-- why.en: Requests a month for each active provider: high means overworked supply, low means idle supply. Undefined without providers.
-- why.fr: Demandes par mois et par prestataire actif : haute, l'offre est débordée ; basse, elle attend. Indéfinie sans prestataire.
-- unit: ratio
-- low_is_good: false
-- source: requests per month / mean number of active providers at the end of those months
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scopes.scope_code,
        sum(counts.requests) AS requests
    FROM marts.request_counts AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        counts.is_commune = ($level = 'commune')
        AND counts.horizon_days = (SELECT fill_days FROM reference.settings)
        AND counts.month BETWEEN $from AND $to
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
),

supply AS (
    SELECT supply.code AS territory_code, supply.scope_code, sum(supply.providers) AS provider_months
    FROM marts.supply_months AS supply
    INNER JOIN marts.months AS months ON supply.month = months.month
    WHERE
        supply.level = $level AND supply.kind = 'all'
        AND months.has_requests AND supply.month BETWEEN $from AND $to
    GROUP BY supply.code, supply.scope_code
)

SELECT
    counted.territory_code,
    counted.scope_code,
    CAST(counted.requests AS DOUBLE) AS numerator,
    CAST(supply.provider_months AS DOUBLE) AS denominator,
    counted.requests / nullif(supply.provider_months, 0)::DOUBLE AS value,
    CAST(counted.requests AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high
FROM counted
LEFT JOIN supply
    ON counted.territory_code = supply.territory_code AND counted.scope_code = supply.scope_code
WHERE counted.territory_code IS NOT NULL
ORDER BY counted.territory_code, counted.scope_code
