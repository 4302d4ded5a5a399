-- label: Births of co-operatives
-- why: Co-operatives born in the period: started from nothing, a sound business handed over to its employees, a business in difficulty taken over, or an association or company transformed. A firm that was transformed is born on the day it became a co-operative.
-- unit: count
-- direction: high
-- counts: co-operatives
-- topic: co-operatives
-- levels: country, region, departement, commune
-- sources: cooperatives
-- columns: ex_nihilo, transmission, rescue, transformation, origin_unknown = parts of the value; by_registration = of them, dated by their registration because nobody told since when they are co-operatives. Who closed, nobody knows when, was born all the same
-- source: CG Scop
WITH
-- shell: firms
counted AS (
    SELECT
        territory_code, scope_code,
        count(*) AS numerator, count(*) AS n,
        count(*) FILTER (WHERE origin = 'ex_nihilo') AS ex_nihilo,
        count(*) FILTER (WHERE origin = 'transmission') AS transmission,
        count(*) FILTER (WHERE origin = 'rescue') AS rescue,
        count(*) FILTER (WHERE origin = 'transformation') AS transformation,
        count(*) FILTER (WHERE origin IS NULL) AS origin_unknown,
        count(*) FILTER (WHERE is_birth_by_registration) AS by_registration
    FROM firms
    CROSS JOIN reference.settings AS settings
    WHERE
        born_on >= CAST($from AS DATE)
        AND born_on < CAST($to AS DATE) + INTERVAL 1 MONTH
        AND born_on <= settings.as_of
    GROUP BY territory_code, scope_code
)

-- shell: number
