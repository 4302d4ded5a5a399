-- grain: one row per file and distinct way in which it writes a place (table place_inputs).
-- answers: which commune, département and region it is, how precisely, and what is wrong with it.
CREATE TABLE places AS
SELECT
    file,
    known_places.* EXCLUDE (point_communes, point_state, issue_point, mixes_postcodes, mixes_codes, codes_are_postcodes),
    place_inputs.latitude AS latitude_given,
    place_inputs.longitude AS longitude_given,
    CASE WHEN place_inputs.latitude IS NOT NULL THEN issue_point END AS issue_latitude,
    CASE WHEN place_inputs.latitude IS NULL THEN issue_point END AS issue_longitude
FROM (SELECT *, unnest(files) AS file FROM place_inputs) AS place_inputs
JOIN place_columns USING (file)
LEFT JOIN place_points AS points
    ON points.latitude_given IS NOT DISTINCT FROM place_inputs.latitude
    AND points.longitude_given IS NOT DISTINCT FROM place_inputs.longitude
JOIN known_places
    ON commune_given IS NOT DISTINCT FROM place_inputs.commune_code
    AND postcode_given IS NOT DISTINCT FROM place_inputs.postcode
    AND city_given IS NOT DISTINCT FROM place_inputs.city
    AND departement_given IS NOT DISTINCT FROM place_inputs.departement_code
    AND region_given IS NOT DISTINCT FROM place_inputs.region
    AND country_given IS NOT DISTINCT FROM place_inputs.country
    AND known_places.point_communes IS NOT DISTINCT FROM points.communes
    AND known_places.point_state IS NOT DISTINCT FROM points.state
    AND known_places.mixes_postcodes = place_columns.mixes_postcodes
    AND known_places.mixes_codes = place_columns.mixes_codes
    AND known_places.codes_are_postcodes = place_columns.codes_are_postcodes;
