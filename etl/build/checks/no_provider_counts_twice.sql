-- label: No territory or commune counts more providers than the country has
WITH country AS (
    SELECT scope_code, providers_based
    FROM marts.territory_supply
    WHERE level = 'country' AND kind = 'all'
)

SELECT supply.level, supply.code, supply.scope_code, supply.providers_based, supply.providers_reaching
FROM marts.territory_supply AS supply
INNER JOIN country ON supply.scope_code = country.scope_code
WHERE greatest(supply.providers_based, supply.providers_reaching) > country.providers_based
UNION ALL
SELECT 'commune', supply.commune_code, supply.scope_code, NULL, supply.providers
FROM marts.commune_supply AS supply
INNER JOIN country ON supply.scope_code = country.scope_code
WHERE supply.providers > country.providers_based
