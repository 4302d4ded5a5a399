-- grain: one row per distinct way in which the file writes a place (table place_inputs).
-- answers: which commune, département and region it is, how precisely, and what is wrong with it.
CREATE TABLE places AS
WITH written AS (
    SELECT
        *,
        upper(whole_code(replace(commune_code, ' ', ''))) AS commune_text,
        upper(regexp_replace(whole_code(replace(postcode, ' ', '')), '^(F|FR)-', '', 'i')) AS postcode_text,
        fold_city(city) AS city_word,
        upper(whole_code(trim(departement_code))) AS departement_text
    FROM place_inputs
),
padded AS (
    SELECT
        * EXCLUDE (commune_text, postcode_text, departement_text),
        CASE WHEN regexp_full_match(commune_text, '[0-9]{4}') THEN '0' || commune_text ELSE commune_text END AS commune_text,
        CASE WHEN regexp_full_match(postcode_text, '[0-9]{4}') THEN '0' || postcode_text ELSE postcode_text END AS postcode_text,
        CASE
            WHEN regexp_full_match(departement_text, '[0-9]') THEN '0' || departement_text
            WHEN regexp_full_match(departement_text, '0[0-9]{2}') AND departement_text <> '000' THEN departement_text[2:]
            WHEN regexp_full_match(departement_text, '[0-9AB]{2,3}') THEN departement_text
            ELSE upper(fold(departement_text))
        END AS departement_text
    FROM written
),
looked_up AS (
    SELECT
        padded.*,
        by_code.commune_code AS coded_commune,
        by_code.departement_code AS coded_departement,
        by_postcode.communes AS candidates,
        by_postcode.departements AS candidate_departements,
        by_departement.departement_code AS named_departement,
        CASE WHEN by_postcode.postcode IS NULL AND regexp_full_match(padded.postcode_text, '[0-9]{5}')
            THEN coalesce(start_2.departement_code, start_3.departement_code) END AS start_departement
    FROM padded
    LEFT JOIN commune_codes AS by_code ON by_code.code = padded.commune_text
    LEFT JOIN postcode_communes AS by_postcode ON by_postcode.postcode = padded.postcode_text
    LEFT JOIN departement_codes AS by_departement ON by_departement.code = padded.departement_text
    LEFT JOIN postcode_starts AS start_2 ON start_2.start = padded.postcode_text[1:2]
    LEFT JOIN postcode_starts AS start_3 ON start_3.start = padded.postcode_text[1:3]
),
narrowed AS (
    SELECT
        *,
        -- The city decides among the communes of the postcode; failing that, the département.
        CASE
            WHEN len(list_filter(candidates, lambda c: c.word = city_word)) > 0
            THEN list_filter(candidates, lambda c: c.word = city_word)
            WHEN len(list_filter(candidates, lambda c: c.departement = named_departement)) > 0
            THEN list_filter(candidates, lambda c: c.departement = named_departement)
            ELSE candidates
        END AS remaining
    FROM looked_up
),
decided AS (
    SELECT
        *,
        coalesce(coded_commune, CASE WHEN len(remaining) = 1 THEN remaining[1].commune END) AS commune,
        coalesce(
            coded_departement,
            CASE WHEN len(list_distinct(list_transform(remaining, lambda c: c.departement))) = 1
                THEN remaining[1].departement END,
            CASE WHEN candidates IS NULL THEN coalesce(start_departement, named_departement) END
        ) AS departement,
        -- Two départements may share a region; 20 is Corsica's old number.
        CASE
            WHEN len(list_distinct(list_transform(remaining, lambda c: c.region))) = 1 THEN remaining[1].region
            WHEN candidates IS NULL AND departement_text = '20' THEN '94'
        END AS shared_region
    FROM narrowed
),
judged AS (
    SELECT
        decided.*,
        coalesce(departements.region_code, decided.shared_region) AS region,
        CASE
            WHEN commune IS NOT NULL THEN 'commune'
            WHEN departement IS NOT NULL THEN 'departement'
            WHEN region IS NOT NULL THEN 'region'
            ELSE 'unknown'
        END AS place_precision,
        CASE
            WHEN commune_code IS NOT NULL AND coded_commune IS NULL THEN 'commune_code'
            WHEN postcode IS NOT NULL AND candidates IS NULL AND start_departement IS NULL THEN 'postcode'
            WHEN decided.departement_code IS NOT NULL AND named_departement IS NULL
                AND NOT (departement_text = '20' AND region = '94') THEN 'departement_code'
            WHEN place_precision = 'unknown' AND city IS NOT NULL AND postcode IS NULL THEN 'city'
        END AS unknown_part,
        CASE
            WHEN departement IS NULL THEN NULL
            WHEN coded_commune IS NOT NULL
                AND NOT list_contains(coalesce(candidate_departements, [start_departement, departement]), departement)
                THEN 'postcode'
            WHEN named_departement <> departement THEN 'departement_code'
        END AS conflicting_part
    FROM decided
    LEFT JOIN reference.departements ON departements.departement_code = decided.departement
)
SELECT
    commune_code AS commune_given,
    postcode AS postcode_given,
    city AS city_given,
    departement_code AS departement_given,
    CASE WHEN regexp_full_match(postcode_text, '[0-9]{5}') THEN postcode_text ELSE postcode END AS postcode,
    city,
    commune AS commune_code,
    departement AS departement_code,
    region AS region_code,
    place_precision,
    coalesce(unknown_part, conflicting_part) AS issue_field,
    CASE
        WHEN unknown_part IS NOT NULL AND place_precision = 'unknown' THEN 'unresolved_place'
        WHEN unknown_part IS NOT NULL THEN 'unknown_place_part'
        WHEN conflicting_part IS NOT NULL THEN 'place_conflict'
    END AS issue_code
FROM judged;
