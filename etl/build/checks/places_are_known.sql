-- label: Every place in the marts is in the reference
SELECT 'commune_supply' AS mart, commune_code AS code
FROM marts.commune_supply
WHERE commune_code NOT IN (SELECT commune_code FROM reference.communes)
UNION ALL
SELECT 'commune_requests', commune_code
FROM marts.commune_requests
WHERE commune_code NOT IN (SELECT commune_code FROM reference.communes)
UNION ALL
SELECT 'territory_supply', level || ' ' || code
FROM marts.territory_supply AS supply
WHERE NOT EXISTS (
    SELECT 1 FROM reference.territories AS territories
    WHERE territories.level = supply.level AND territories.code = supply.code
)
UNION ALL
SELECT 'request_months', departement_code
FROM marts.request_months
WHERE departement_code NOT IN (SELECT departement_code FROM reference.departements)
