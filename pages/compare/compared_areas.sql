-- grain: one row per région and département inside the asked territory
-- answers: Which territories can be compared, the largest first?
-- columns: address (level-code); name; code; level
SELECT level || '-' || code AS address, name, code, level
FROM reference.territories
WHERE
    level IN ('region', 'departement')
    AND lies_within($within_level, $within_code, region_code, departement_code, commune_code)
ORDER BY population DESC, level DESC, code
