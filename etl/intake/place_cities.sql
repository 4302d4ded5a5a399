-- grain: one row per distinct city that place_texts holds (city_texts, city_facts), per part of its
-- name (city_words) and commune that it may name (city_communes).
-- answers: which communes a city may be; it may carry its postcode and its département.
-- parts[1] is all of it, without what is no name.
CREATE TABLE city_texts AS
WITH cleaned AS (
    SELECT
        city_text,
        regexp_replace(bare(city_text), '(?i)\b(bp|b\.p\.|cs|tsa)[ n°]*[0-9]{1,6}\b', ' ', 'g') AS cell
    FROM (SELECT DISTINCT city_text FROM place_texts WHERE city_text IS NOT NULL)
),

named AS (
    SELECT
        *,
        nullif(regexp_extract(cell, '(?:^|[^0-9])([0-9]{5})(?:[^0-9]|$)', 1), '') AS postcode,
        upper(nullif(regexp_extract(cell, '\((0?[0-9]{1,3}|0?2[ABab])\)', 1), '')) AS departement,
        regexp_replace(regexp_replace(
            cell,
            '(?i)(\b(f|fr)-)?\b[0-9]{5}\b|\((0?[0-9]{1,3}|0?2[ab])\)', ' ', 'g'),
            '(?i)\s*([,(]| [–-] )\s*france\s*\)?\s*$', ''
        ) AS full_name,
        regexp_replace(regexp_replace(full_name, '(?i)\bs/ ?s\b/?', ' sous ', 'g'), '(?i)\bs/', ' sur ', 'g') AS name,
        -- Rennes Nord: asked where no commune is called so
        regexp_replace(name, '(?i)[ -]+((?:hyper[ -]?)?centre(?:[ -]ville)?|nord|sud|est|ouest)\s*$', ' - \1') AS parted
    FROM cleaned
)

SELECT
    city_text,
    postcode,
    departement,
    regexp_matches(fold(cell), '\bcedex\b') AS is_cedex,
    list_prepend(fold_city(name), list_filter(
        list_transform(string_split_regex(parted, '[,;/()]| [–-] '), lambda part: fold_city(part)),
        lambda part: part <> '' AND part <> fold_city(name)
    )) AS parts
FROM named;

-- grain: one row per city and part of its name; penalty as in city_names.rank, parts after the whole.
CREATE TABLE city_words AS
SELECT
    city_text,
    part,
    CASE article WHEN 0 THEN parts[part] ELSE without_article(parts[part]) END AS word,
    article + CASE WHEN part > 1 THEN 4 ELSE 0 END AS penalty
FROM city_texts, range(1, len(parts) + 1) AS numbers (part), (VALUES (0), (2)) AS articles (article);

-- grain: one row per city and commune that may be meant; rank 0 is the closest name.
CREATE TABLE city_communes AS
SELECT city_text, commune_code, departement_code, region_code, min(rank + penalty) AS rank, min(part) AS part
FROM city_words
JOIN city_names USING (word)
GROUP BY city_text, commune_code, departement_code, region_code
-- parts of a name are asked only where the whole is none
QUALIFY min(min(part)) OVER (PARTITION BY city_text) > 1 OR min(part) = 1;

-- grain: one row per city whose parts were asked.
-- columns: country of a part that names one (Paris, Texas); is_in_part where nobody knows one of them
CREATE TABLE city_rests AS
SELECT
    city_text,
    min(foreign_words.country) FILTER (
        foreign_words.country NOT IN ('FR', 'XX')
        AND (foreign_words.kind = 'part' OR foreign_words.kind = 'country' AND (length(word) > 3 OR word = 'usa'))
    ) AS country,
    bool_or(
        city_names.word IS NULL AND territory_words.word IS NULL AND foreign_words.word IS NULL
        AND regexp_matches(word, '[a-z]{2}')
    ) AS is_in_part
FROM (
    SELECT * FROM city_words
    WHERE part > 1 AND city_text NOT IN (SELECT city_text FROM city_communes WHERE part = 1)
)
LEFT JOIN (SELECT DISTINCT word FROM city_names) AS city_names USING (word)
LEFT JOIN territory_words USING (word)
LEFT JOIN foreign_words USING (word)
WHERE penalty = 4
GROUP BY city_text;

CREATE TABLE city_facts AS
SELECT
    city_texts.city_text,
    city_texts.postcode AS postcode_within,
    city_texts.is_cedex,
    city_rests.country AS country_within,
    coalesce(city_rests.is_in_part, FALSE) AS is_city_in_part,
    coalesce(by_number.departement_code, (
        SELECT max(territory_words.departement_code)
        FROM city_words
        JOIN territory_words USING (word)
        WHERE city_words.city_text = city_texts.city_text AND city_words.part > 1 AND city_rests.country IS NULL
            -- in Rennes (Nord) it is a side of the town
            AND (territory_words.word <> 'nord' OR list_contains(communes.departements, '59'))
        HAVING count(DISTINCT territory_words.departement_code) = 1
    )) AS departement_within,
    communes.list AS communes,
    communes.departements,
    communes.rank AS closest_rank,
    EXISTS (
        SELECT 1
        FROM city_words
        JOIN foreign_words USING (word)
        WHERE city_words.city_text = city_texts.city_text AND penalty = 0 AND kind = 'city'
    ) AS is_foreign_city,
    -- La Réunion is a commune of the Lot-et-Garonne too
    EXISTS (
        SELECT 1
        FROM territory_words
        WHERE territory_words.word = city_texts.parts[1]
            AND NOT list_contains(communes.departements, territory_words.departement_code)
    ) AS is_departement_too
FROM city_texts
LEFT JOIN city_rests USING (city_text)
LEFT JOIN departement_codes AS by_number
    ON by_number.code = CASE length(city_texts.departement)
        WHEN 1 THEN '0' || city_texts.departement
        WHEN 3 THEN regexp_replace(city_texts.departement, '^0', '')
        ELSE city_texts.departement
    END
LEFT JOIN (
    SELECT
        city_text,
        list(commune_code ORDER BY commune_code) AS list,
        list(DISTINCT departement_code ORDER BY departement_code) AS departements,
        min(rank) AS rank
    FROM city_communes
    GROUP BY city_text
) AS communes ON communes.city_text = city_texts.city_text;
