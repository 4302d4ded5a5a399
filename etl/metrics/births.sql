-- label.en: Births of co-operatives
-- label.fr: Naissances de coopératives
-- why.en: Co-operatives born in the period: started from nothing, a sound business handed over to its employees, a business in difficulty taken over, or an association or company transformed. A firm that was transformed is born on the day it became a co-operative.
-- why.fr: Coopératives nées dans la période : créées de toutes pièces, entreprise saine transmise à ses salariés, entreprise en difficulté reprise, association ou société transformée. Une entreprise transformée naît le jour où elle devient coopérative.
-- unit: count
-- low_is_good: false
-- columns: ex_nihilo, transmission, rescue, transformation, origin_unknown = parts of the value; by_registration = of them, dated by their registration because nobody told since when they are co-operatives
-- source: metric dictionary: births; CG Scop
WITH firms AS (
    SELECT
        territory_of($level, cooperatives.region_code, cooperatives.departement_code, cooperatives.commune_code)
            AS territory_code,
        scopes.scope_code,
        cooperatives.*
    FROM marts.cooperatives AS cooperatives
    INNER JOIN marts.cooperative_scopes AS scopes ON cooperatives.siren = scopes.siren
    WHERE
        lies_within(
            $within_level, $within_code,
            cooperatives.region_code, cooperatives.departement_code, cooperatives.commune_code
        )
        AND is_asked_scope($scopes, scopes.scope_code)
)

SELECT
    territory_code,
    scope_code,
    CAST(count(*) AS DOUBLE) AS numerator,
    NULL::DOUBLE AS denominator,
    CAST(count(*) AS DOUBLE) AS value,
    count(*) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    count(*) FILTER (WHERE origin = 'ex_nihilo') AS ex_nihilo,
    count(*) FILTER (WHERE origin = 'transmission') AS transmission,
    count(*) FILTER (WHERE origin = 'rescue') AS rescue,
    count(*) FILTER (WHERE origin = 'transformation') AS transformation,
    count(*) FILTER (WHERE origin IS NULL) AS origin_unknown,
    count(*) FILTER (WHERE is_birth_by_registration) AS by_registration
FROM firms
CROSS JOIN reference.settings AS settings
WHERE
    territory_code IS NOT NULL
    -- closed, but nobody said when: it cannot be placed in time
    AND (is_living OR exited_on IS NOT NULL)
    AND born_on >= CAST($from AS DATE)
    AND born_on < CAST($to AS DATE) + INTERVAL 1 MONTH
    AND born_on <= settings.as_of
GROUP BY territory_code, scope_code
ORDER BY territory_code, scope_code
