-- grain: one row per distinct way of writing a place in columns of a kind (place_texts) that no file
-- before wrote so, and one row per file (place_columns); from place_inputs and place_points.
-- answers: which codes and names the cells hold; a postcode may carry its city.
-- A known place is answered as before: what decides is the text of its cells and place_columns alone.
DELETE FROM known_places WHERE (SELECT count(*) FROM known_places) > 1000000; -- so that it stays small

CREATE TABLE written_places AS
WITH cells AS (
    SELECT
        files,
        commune_code AS commune_given,
        postcode AS postcode_given,
        city AS city_given,
        departement_code AS departement_given,
        region AS region_given,
        country AS country_given,
        place_points.communes AS point_communes,
        place_points.departements AS point_departements,
        place_points.state AS point_state,
        upper(bare(postcode)) AS postcode_cell,
        upper(bare(departement_code)) AS departement_cell,
        upper(bare(region)) AS region_cell
    FROM place_inputs
    LEFT JOIN place_points
        ON latitude_given IS NOT DISTINCT FROM place_inputs.latitude
        AND longitude_given IS NOT DISTINCT FROM place_inputs.longitude
),

parted AS (
    SELECT
        *,
        regexp_extract(
            postcode_cell,
            '^\(?(?:F(?:RA?(?:NCE)?)?[ -]*)?([0-9]{2} ?[0-9]{3}|[0-9] ?[0-9]{3})(?:[.]0+)?\)?(?:[ ,;/–-]+([^0-9].*))?$',
            ['digits', 'city']
        ) AS postcode_parts,
        nullif(regexp_extract(
            upper(bare(commune_given)),
            '^(?:INSEE[ :-]*)?([0-9][0-9AB]?[0-9]{3})(?:[.]0+)?(?:[ ,;/(–-]+[^0-9].*)?$', 1
        ), '') AS code_digits
    FROM cells
)

SELECT
    * EXCLUDE (postcode_parts, code_digits),
    CASE WHEN length(code_digits) = 5 THEN code_digits END AS code,
    CASE WHEN length(code_digits) = 4 THEN code_digits END AS short_code,
    nullif(replace(postcode_parts.digits, ' ', ''), '') AS postcode_digits,
    coalesce(city_given, nullif(postcode_parts.city, '')) AS city_text,
    -- another country's letters before the digits, or among them
    regexp_full_match(
        postcode_cell,
        '(B|BE|L|LU|LUX|CH|A|AT|P|PT|NL)[ -]*[0-9]{4}( ?[A-Z]{2})?|(D|DE|I|IT|E|ES|MC)[ -]*[0-9]{5}|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[0-9]{4} ?[A-Z]{2}|AD[0-9]{3}|[0-9]{4}-[0-9]{3}'
    ) AS is_foreign_postcode
FROM parted;

-- What a column as a whole tells of its values.
CREATE TABLE place_columns AS
SELECT
    file,
    count(*) FILTER (length(postcode_digits) = 4) > 0 AND count(*) FILTER (length(postcode_digits) = 5) > 0
        AS mixes_postcodes,
    count(short_code) > 0 AND count(written.code) > 0 AS mixes_codes,
    count(DISTINCT written.code) FILTER (commune_codes.code IS NULL AND listed_postcodes.communes IS NOT NULL)
    > count(DISTINCT commune_codes.commune_code) AS codes_are_postcodes
FROM (SELECT unnest(files) AS file, postcode_digits, written_places.code, short_code FROM written_places) AS written
LEFT JOIN commune_codes ON commune_codes.code = written.code
LEFT JOIN listed_postcodes ON listed_postcodes.postcode = written.code
GROUP BY file;

CREATE TABLE place_texts AS
SELECT DISTINCT written.* EXCLUDE (file), mixes_postcodes, mixes_codes, codes_are_postcodes
FROM (SELECT * EXCLUDE (files), unnest(files) AS file FROM written_places) AS written
JOIN place_columns USING (file);

DELETE FROM place_texts
USING known_places
WHERE known_places.commune_given IS NOT DISTINCT FROM place_texts.commune_given
    AND known_places.postcode_given IS NOT DISTINCT FROM place_texts.postcode_given
    AND known_places.city_given IS NOT DISTINCT FROM place_texts.city_given
    AND known_places.departement_given IS NOT DISTINCT FROM place_texts.departement_given
    AND known_places.region_given IS NOT DISTINCT FROM place_texts.region_given
    AND known_places.country_given IS NOT DISTINCT FROM place_texts.country_given
    AND known_places.point_communes IS NOT DISTINCT FROM place_texts.point_communes
    AND known_places.point_state IS NOT DISTINCT FROM place_texts.point_state
    AND known_places.mixes_postcodes = place_texts.mixes_postcodes
    AND known_places.mixes_codes = place_texts.mixes_codes
    AND known_places.codes_are_postcodes = place_texts.codes_are_postcodes;
