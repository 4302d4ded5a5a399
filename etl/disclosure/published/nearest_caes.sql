-- grain: one row per département, once a CAE lives
-- answers: which CAE stands nearest to a département's centre, as anybody can work out from the public register
-- columns: territory_level (departement), territory_code; siren, name; km (great circle); caes = that live in the département
-- protects: nothing
SELECT
    'departement' AS territory_level, departement_code AS territory_code, siren, name, km, caes
FROM marts.nearest_caes
ORDER BY departement_code
