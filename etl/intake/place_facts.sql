-- grain: one row per distinct way of writing a place (place_facts).
-- answers: what each cell says of where the row is, and which column a code belongs to.
CREATE TABLE place_readings AS
WITH territories AS (
    SELECT
        place_texts.*,
        place_texts.rowid AS place,
        city_facts.* EXCLUDE (city_text),
        coalesce(postcode_digits, postcode_within) AS digits,
        nullif(regexp_extract(
            departement_cell,
            '^(?:D(?:[EÉ]P(?:ARTEMENT|T)?)?[. ]*|FR-)?(69[DM]|0?2[AB]|[0-9]{1,3})(?:[.]0+)?(?:[ :_/–-]+[^0-9]*)?$', 1
        ), '') AS departement_start,
        nullif(regexp_extract(departement_cell, '\((69[DM]|0?2[AB]|[0-9]{1,3})\)$', 1), '') AS departement_end,
        nullif(regexp_extract(region_cell, '^(?:R|FR-)?([0-9]{1,2})(?:[.]0+)?(?:[ :_/–-]+[^0-9]*)?$', 1), '') AS region_start,
        -- a département that stands in the column of postcodes, also as 35XXX
        nullif(regexp_extract(postcode_cell, '^([0-9]{2}|2[AB]|97[1-6])[X*.]{0,3}$', 1), '') AS departement_in_postcode
    FROM place_texts
    LEFT JOIN city_facts USING (city_text)
),

numbered AS (
    SELECT
        *,
        coalesce(departement_start, departement_end, departement_in_postcode) AS departement_number,
        fold(regexp_replace(regexp_replace(
            departement_cell, '\(?\b(69[DM]|0?2[AB]|[0-9]+([.]0+)?)\b\)?', ' ', 'g'),
            '^(FR-|D(E|É)P[A-Z]*[. ]+(DE LA |DU |DES |DE L[''’]|DE |D[''’])?)', ''
        )) AS departement_word,
        fold(regexp_replace(region_cell, '^(FR-|R(E|É)GION )|[0-9]+([.]0+)?', ' ', 'g')) AS region_word
    FROM territories
)

SELECT
    numbered.*,
    by_code.commune_code AS coded,
    by_short_code.commune_code AS coded_short,
    by_digits.commune_code AS coded_by_digits,
    as_postcode.communes AS communes_of_code,
    listed.communes AS communes_of_digits,
    coalesce(start_3.departement_code, start_2.departement_code) AS start_departement,
    coalesce(start_3.region_code, start_2.region_code) AS start_region,
    -- a number and a name that disagree say nothing
    CASE
        WHEN by_number.departement_code <> by_word.departement_code THEN NULL
        ELSE coalesce(by_number.departement_code, CASE WHEN departement_number IS NULL THEN by_word.departement_code END)
    END AS departement_read,
    coalesce(
        departement_read, departement_within,
        CASE WHEN region_start IS NULL THEN by_region_word.departement_code END,
        countries.departement_code, by_country_word.departement_code
    ) AS named_departement,
    coalesce(
        by_region.region_code,
        CASE WHEN region_start IS NULL THEN by_region_word.region_code END,
        CASE
            WHEN departement_number = '20' THEN '94'
            WHEN departement_number IS NULL AND departement_read IS NULL THEN by_word.region_code
        END,
        by_country_word.region_code
    ) AS named_region,
    -- what the column of countries says of a part of France
    coalesce(countries.departement_code, by_country_word.departement_code) AS country_departement,
    by_country_word.region_code AS country_region,
    departement_read IS NOT NULL OR by_word.word IS NOT NULL AND departement_number IS NULL
        OR departement_number = '20' AS is_departement_read,
    by_region.region_code IS NOT NULL OR region_start IS NULL AND by_region_word.word IS NOT NULL AS is_region_read,
    CASE
        WHEN countries.country IS NOT NULL THEN countries.country
        WHEN by_country_word.word IS NOT NULL THEN 'FR'
        WHEN country_given IS NULL AND country_within IS NOT NULL THEN country_within
        WHEN is_foreign_postcode OR departement_number = '99' OR regexp_matches(numbered.code, '^99[1-5]') AND by_code.code IS NULL THEN 'abroad'
    END AS country_read,
    CASE
        WHEN countries.country IS NOT NULL AND countries.country NOT IN ('FR', 'XX') THEN NULL
        WHEN regexp_matches(digits, '^(980|99)') THEN NULL
        ELSE coalesce(
            CASE WHEN regexp_matches(digits, '^(97133|97150|975|977|978|984|986|987|988)') THEN 'postcode' END,
            CASE WHEN regexp_matches(numbered.code, '^(975|977|978|984|986|987|988)') THEN 'commune_code' END,
            CASE WHEN regexp_matches(departement_number, '^(975|977|978|984|986|987|988)$') THEN 'departement_code' END,
            CASE WHEN countries.country = 'XX' THEN 'country' END
        )
    END AS outlying_field
FROM numbered
LEFT JOIN commune_codes AS by_code ON by_code.code = numbered.code
LEFT JOIN commune_codes AS by_short_code ON by_short_code.code = '0' || numbered.short_code
LEFT JOIN commune_codes AS by_digits ON by_digits.code = numbered.digits
LEFT JOIN listed_postcodes AS as_postcode ON as_postcode.postcode = numbered.code
LEFT JOIN listed_postcodes AS listed ON listed.postcode = lpad(numbered.digits, 5, '0')
LEFT JOIN postcode_starts AS start_2 ON start_2.start = lpad(numbered.digits, 5, '0')[1:2]
LEFT JOIN postcode_starts AS start_3 ON start_3.start = lpad(numbered.digits, 5, '0')[1:3]
LEFT JOIN departement_codes AS by_number ON by_number.code = CASE
    WHEN regexp_full_match(departement_number, '[0-9]') THEN '0' || departement_number
    WHEN regexp_full_match(departement_number, '0([0-9]{2}|2[AB])') AND departement_number <> '000' THEN departement_number[2:]
    ELSE departement_number
END
LEFT JOIN territory_words AS by_word ON by_word.word = departement_word
LEFT JOIN reference.regions AS by_region ON by_region.region_code = lpad(region_start, 2, '0')
-- in a column of régions Nord is a side of the country
LEFT JOIN territory_words AS by_region_word ON by_region_word.word = region_word AND region_word <> 'nord'
LEFT JOIN foreign_words AS countries
    ON countries.word = fold(bare(country_given)) AND countries.kind = 'country'
-- a département or région in the column of countries, with or without its number
LEFT JOIN territory_words AS by_country_word
    ON by_country_word.word = regexp_replace(fold(bare(country_given)), '^97[1-6] ', '')
    AND by_country_word.word <> 'nord' AND countries.word IS NULL;

-- columns: postcode_read five digits, four where nothing says that a zero was lost; clear_commune where all facts agree
CREATE TABLE place_facts AS
WITH sorted AS (
    SELECT
        *,
        coalesce(
            list_contains(communes_of_code, coded_by_digits)
            AND code <> digits
            AND NOT coalesce(list_contains(communes_of_digits, coded), FALSE),
            FALSE
        ) AS is_swapped,
        coalesce(
            NOT is_swapped
            AND communes_of_code IS NOT NULL
            AND NOT coalesce(list_contains(communes, coded), FALSE)
            AND (
                code = digits AND NOT coalesce(list_contains(communes_of_digits, coded), FALSE)
                OR list_has_any(communes_of_code, communes)
                OR digits IS NULL AND (coded IS NULL OR codes_are_postcodes)
            ),
            FALSE
        ) AS is_misplaced
    FROM place_readings
),

taken AS (
    SELECT
        * REPLACE (
            CASE WHEN is_swapped OR is_misplaced AND digits IS NULL THEN code ELSE digits END AS digits,
            CASE WHEN is_swapped OR is_misplaced AND digits IS NULL THEN communes_of_code ELSE communes_of_digits END AS communes_of_digits,
            CASE WHEN is_swapped THEN coded_by_digits WHEN NOT is_misplaced THEN coded END AS coded,
            -- Saint-Martin 97150 is none of the communes of that name
            CASE WHEN outlying_field IS NULL THEN communes END AS communes
        ),
        city_text IS NOT NULL AND communes IS NULL AND outlying_field IS NULL AS is_city_unknown
    FROM sorted
),

-- four digits are five where the city or the département agrees, or the column has both
lengthened AS (
    SELECT
        * REPLACE (
            coalesce(coded, CASE WHEN
                list_contains(communes, coded_short)
                OR list_contains(communes_of_digits, coded_short)
                OR ('0' || short_code[1:1]) IN (named_departement, start_departement)
                OR mixes_codes AND NOT is_city_unknown AND is_foreign_city IS NOT TRUE AND coalesce(country_read, 'FR') = 'FR'
                THEN coded_short
            END) AS coded
        ),
        length(digits) = 4 AND NOT coalesce(
            list_has_any(communes_of_digits, communes)
            OR list_contains(departements, start_departement)
            OR named_departement = start_departement
            OR list_contains(communes_of_digits, coalesce(coded, coded_short))
            OR mixes_postcodes AND NOT is_city_unknown AND is_foreign_city IS NOT TRUE AND coalesce(country_read, 'FR') = 'FR',
            FALSE
        ) AS is_short
    FROM taken
),

-- places whose city is no commune, or none of the postcode's list or, without one, of the département
doubtful AS (
    SELECT
        place, city_text, is_city_unknown, communes_of_digits,
        coalesce(communes_of_digits IS NOT NULL AND NOT is_short, FALSE) AS has_list,
        coalesce(named_departement, CASE WHEN NOT is_short THEN start_departement END) AS departement
    FROM lengthened
    WHERE is_city_unknown
        OR CASE WHEN has_list THEN NOT list_has_any(communes, communes_of_digits)
            ELSE NOT list_contains(departements, named_departement) END
),

-- a longer or shorter form of the name of just one commune of the postcode or département: Berck-sur-Mer;
-- Clermont is a commune of the Oise, but that of 63000 or of the Puy-de-Dôme is Clermont-Ferrand
near AS (
    SELECT place, min(candidates.commune_code) AS commune_code
    FROM (
        SELECT place, city_text, is_city_unknown, has_list, word, city_names.commune_code
        FROM (SELECT *, unnest(communes_of_digits) AS commune_code FROM doubtful WHERE has_list)
        JOIN city_names USING (commune_code)
        WHERE rank = 0
        UNION ALL
        SELECT place, city_text, is_city_unknown, has_list, word, city_names.commune_code
        FROM doubtful
        JOIN city_names ON departement_code = departement
        WHERE NOT has_list AND rank = 0
    ) AS candidates
    JOIN city_words ON city_words.city_text = candidates.city_text AND part = 1 AND penalty = 0
    WHERE starts_with(candidates.word, city_words.word || ' ')
        OR is_city_unknown AND has_list AND starts_with(city_words.word, candidates.word || ' ')
    GROUP BY place
    HAVING count(DISTINCT candidates.commune_code) = 1
)

SELECT
    lengthened.* REPLACE (
        CASE WHEN near.commune_code IS NOT NULL THEN list_append(coalesce(communes, []), near.commune_code) ELSE communes END AS communes,
        is_city_unknown AND near.commune_code IS NULL AS is_city_unknown
    ),
    near.commune_code AS near_commune,
    CASE WHEN is_short THEN digits ELSE lpad(digits, 5, '0') END AS postcode_read,
    NOT is_short AND communes_of_digits IS NOT NULL AS is_listed,
    CASE WHEN NOT is_short AND communes_of_digits IS NULL AND outlying_field IS NULL THEN start_departement END AS begun_departement,
    CASE WHEN NOT is_short AND communes_of_digits IS NULL AND outlying_field IS NULL THEN start_region END AS begun_region,
    coalesce(is_short OR is_listed OR begun_region IS NOT NULL, FALSE) AS is_postcode_fact,
    -- a point is no fact where the country is another
    coalesce(point_state IN ('near', 'outside') AND coalesce(country_read, 'FR') IN ('FR', 'XX'), FALSE) AS is_point_fact,
    -- what only repeats the first digits of the postcode or code, or a région its département, is no
    -- second fact: it breaks a tie, and outvotes nothing
    CASE
        WHEN named_departement IS NULL THEN 0
        WHEN is_postcode_fact AND named_departement = start_departement OR named_departement = own.departement_code THEN 0.5
        ELSE 1
    END AS departement_weight,
    CASE
        WHEN named_region IS NULL THEN 0
        WHEN named_region IN (named.region_code, own.region_code) OR is_postcode_fact AND named_region = start_region THEN 0.25
        ELSE 1
    END AS region_weight,
    (coded IS NOT NULL)::INTEGER + is_postcode_fact::INTEGER
    + (communes IS NOT NULL OR near_commune IS NOT NULL)::INTEGER
    + departement_weight + region_weight + is_point_fact::INTEGER AS facts,
    -- code, listed postcode and city that allow one commune together, and nothing beside them: the
    -- vote of most rows, known without counting
    CASE
        WHEN named_departement IS NOT NULL OR named_region IS NOT NULL OR is_point_fact
            OR near_commune IS NOT NULL OR is_postcode_fact AND NOT is_listed THEN NULL
        WHEN coded IS NULL AND NOT (is_listed AND communes IS NOT NULL) THEN NULL
        ELSE list_intersect(
            CASE WHEN coded IS NULL THEN communes_of_digits ELSE [coded] END,
            list_intersect(
                CASE WHEN is_listed THEN communes_of_digits ELSE [coded] END,
                coalesce(lengthened.communes, CASE WHEN is_listed THEN communes_of_digits ELSE [coded] END)
            )
        )
    END AS agreed,
    CASE WHEN len(agreed) = 1 THEN agreed[1] END AS clear_commune
FROM lengthened
LEFT JOIN near USING (place)
LEFT JOIN reference.departements AS named ON named.departement_code = named_departement
LEFT JOIN reference.communes AS own ON own.commune_code = coded;
