-- label.en: Coverage (population)
-- label.fr: Couverture (population)
-- why.en: Share of people who live in a commune that at least k active providers reach: the chance that a customer can choose.
-- why.fr: Part des habitants dont la commune est desservie par au moins k prestataires actifs : la chance qu'un client ait le choix.
-- unit: share
-- low_is_good: false
-- source: decided per commune: sum of P_i [n_i >= k] / sum of P_i
-- source.fr: décidé par commune : somme des P_i [n_i ≥ k] / somme des P_i
WITH counted AS (
    SELECT
        territory_of($level, region_code, departement_code, commune_code) AS territory_code,
        scope_code,
        coalesce(sum(population) FILTER (WHERE providers >= up_to_ten($k)), 0) AS covered,
        sum(population) AS total
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
