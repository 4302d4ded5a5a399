-- grain: one row per place, by place_number
-- answers: In which territories is a place?
-- columns: the code of its territory at each level, NULL where not known so closely
SELECT region_code AS region, departement_code AS departement, commune_code AS commune
FROM marts.search_places
ORDER BY place_number
