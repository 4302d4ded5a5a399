-- label.en: Coverage (population)
-- label.fr: Couverture (population)
-- why.en: Share of people who live in a commune that at least k active providers reach: the chance that a customer can choose.
-- why.fr: Part des habitants dont la commune est desservie par au moins k prestataires actifs : la chance qu'un client ait le choix.
-- unit: share
-- low_is_good: false
-- source: decided per commune: sum of P_i [n_i >= k] / sum of P_i
WITH places AS (
    SELECT
        commune_code,
        population AS weight,
        territory_of($level, region_code, departement_code, commune_code) AS territory_code
    FROM reference.communes
    WHERE lies_within($within_level, $within_code, region_code, departement_code, commune_code)
),

totals AS (
    SELECT territory_code, sum(weight) AS weight
    FROM places
    GROUP BY territory_code
),

covered AS (
    SELECT places.territory_code, supply.scope_code, sum(places.weight) AS weight
    FROM marts.commune_supply AS supply
    INNER JOIN places ON supply.commune_code = places.commune_code
    WHERE supply.providers >= $k AND is_asked_scope($scopes, supply.scope_code)
    GROUP BY places.territory_code, supply.scope_code
)

SELECT
    totals.territory_code,
    scopes.scope_code,
    CAST(coalesce(covered.weight, 0) AS DOUBLE) AS numerator,
    CAST(totals.weight AS DOUBLE) AS denominator,
    coalesce(covered.weight, 0) / nullif(totals.weight, 0)::DOUBLE AS value,
    CAST(totals.weight AS BIGINT) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high
FROM totals
INNER JOIN reference.scopes AS scopes
    ON scopes.scope_code <> 'unknown' AND is_asked_scope($scopes, scopes.scope_code)
LEFT JOIN covered
    ON
        totals.territory_code = covered.territory_code
        AND scopes.scope_code = covered.scope_code
ORDER BY totals.territory_code, scopes.scope_code
