-- label.en: Coverage (communes)
-- label.fr: Couverture (communes)
-- why.en: Share of communes that at least k active providers reach: the map's share, whatever the population.
-- why.fr: Part des communes desservies par au moins k prestataires actifs : la part de la carte, quelle que soit la population.
-- unit: share
-- low_is_good: false
-- source: decided per commune: communes with n_i >= k / communes
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scope_code,
        coalesce(sum(communes) FILTER (WHERE providers >= up_to_ten($k)), 0) AS covered,
        sum(communes) AS total
    FROM marts.reach_counts
    WHERE
        is_commune = ($level = 'commune')
        AND lies_within(
            $within_level, $within_code, region_code, departement_code, commune_code
        )
        AND is_asked_scope($scopes, scope_code)
    GROUP BY territory_code, scope_code
)

SELECT
    territory_code,
    scope_code,
    CAST(covered AS DOUBLE) AS numerator,
    CAST(total AS DOUBLE) AS denominator,
    covered / nullif(total, 0)::DOUBLE AS value,
    CAST(total AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high
FROM counted
ORDER BY territory_code, scope_code
