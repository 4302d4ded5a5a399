-- grain: one row per commune
-- answers: in which order communes make cells, each département's together
-- columns: commune_code; place, from 0
SELECT
    commune_code,
    row_number() OVER (ORDER BY departement_code, commune_code) - 1 AS place
FROM reference.communes
ORDER BY place
