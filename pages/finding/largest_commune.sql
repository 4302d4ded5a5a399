-- grain: one row, or none where nobody knows the place
-- answers: Which is the largest commune of a place, itself if it is one?
-- columns: commune_code; name
SELECT commune_code, name
FROM reference.communes
WHERE lies_within($level, $code, region_code, departement_code, commune_code)
ORDER BY population DESC NULLS LAST, commune_code
LIMIT 1
