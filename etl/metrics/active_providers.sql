-- label.en: Active providers
-- label.fr: Prestataires actifs
-- why.en: Distinct providers based in the territory that are on offer on the build's day: joined, not left, published, seen recently, not known to lack the approval.
-- why.fr: Prestataires distincts installés dans le territoire et actifs au jour des données : inscrits, non partis, publiés, vus récemment, sans défaut d'agrément connu.
-- unit: count
-- low_is_good: false
-- source: metric dictionary: active_providers
SELECT
    supply.code AS territory_code,
    supply.scope_code,
    CAST(supply.providers_based AS DOUBLE) AS numerator,
    NULL::DOUBLE AS denominator,
    CAST(supply.providers_based AS DOUBLE) AS value,
    supply.providers_reaching AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high
FROM marts.territory_supply AS supply
INNER JOIN reference.territories AS territories
    ON supply.level = territories.level AND supply.code = territories.code
WHERE
    supply.kind = 'all'
    AND supply.level = $level
    AND lies_within(
        $within_level, $within_code,
        territories.region_code, territories.departement_code, territories.commune_code
    )
    AND is_asked_scope($scopes, supply.scope_code)
ORDER BY territory_code, scope_code
