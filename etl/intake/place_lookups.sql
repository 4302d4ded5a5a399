-- How places are written, and what the reference knows of them: once, before any file is read.

-- Text without the dress that exports give it: no-break, thin and zero-width spaces, ="…", a
-- leading apostrophe.
CREATE MACRO bare(words) AS trim(regexp_replace(regexp_replace(regexp_replace(
    words, '[\x{200b}-\x{200f}\x{2060}\x{feff}\x{ad}]', '', 'g'),
    '[\s\x{a0}\x{2000}-\x{200a}\x{202f}]+', ' ', 'g'),
    '^=?["''’]+|["'']+$', '', 'g'));

-- The numbers of a text that holds a coordinate, or both: POINT (2.35 48.85), {"coordinates": […]}.
CREATE MACRO plain_numbers(words) AS regexp_extract_all(
    regexp_replace(words, '(?is)^(.*coordinates|srid *= *[0-9]+)', ''), '[+-]?[0-9]+(?:[.,][0-9]+)?'
);
-- With degrees or letters before or behind: N 47.2, 1.55° W, 47°13'06"N. South and west (W, O) are
-- negative. Parts are the letter, degrees, minutes and seconds.
CREATE MACRO has_compass_first(words) AS regexp_matches(words, '(?i)^[^0-9]*\b[NSEWO][ :]*[+-]?[0-9]');
CREATE MACRO compass_parts(words, part) AS regexp_extract_all(
    words,
    CASE WHEN has_compass_first(words) THEN '(?i)\b([NSEWO])[ :]*' ELSE '(?i)()' END
    || '([+-]?[0-9]+(?:[.,][0-9]+)?) *(?:[°º] *(?:([0-9]+(?:[.,][0-9]+)?) *(?:[''’′] *([0-9]+(?:[.,][0-9]+)?)?)?[''’′"”″ ]*)?)?'
    || CASE WHEN has_compass_first(words) THEN '()' ELSE '(?:([NSEWO])\b)?' END,
    part
);
CREATE MACRO sixtieths(degrees, minutes, seconds) AS CASE WHEN minutes = '' THEN degrees ELSE format(
    '{:.6f}',
    replace(ltrim(degrees, '+-'), ',', '.')::DOUBLE + replace(minutes, ',', '.')::DOUBLE / 60
    + coalesce(TRY_CAST(replace(seconds, ',', '.') AS DOUBLE), 0) / 3600
) END;
CREATE MACRO compass_numbers(words) AS list_transform(
    list_zip(
        compass_parts(words, 1), compass_parts(words, 2), compass_parts(words, 3),
        compass_parts(words, 4), compass_parts(words, 5)
    ),
    lambda part: CASE
        WHEN upper(concat(part[1], part[5])) IN ('S', 'W', 'O') OR part[2][1] = '-' THEN '-' ELSE ''
    END || ltrim(sixtieths(part[2], coalesce(part[3], ''), part[4]), '+-')
);
CREATE MACRO marked_numbers(words) AS list_transform([words], lambda text: CASE
    WHEN regexp_matches(text, '(?i)[°º]|[0-9] ?[NSEWO]\b|\b[NSEWO][ :]*[+-]?[0-9]') THEN compass_numbers(text)
    ELSE plain_numbers(text)
END)[1];
-- A sign as others write it: of typography, apart from its number, behind it or as parentheses; west
-- and the others as words. Points within a number (48.117.266) leave none that could be read.
CREATE MACRO signed(words) AS regexp_replace(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    regexp_replace(regexp_replace(
    words, '[\x{2010}-\x{2012}\x{2212}]', '-', 'g'),
    '(^|[,;( ])\x{2013}([0-9])', '\1-\2', 'g'),
    '^- +|^\(([0-9]+[.,][0-9]+)\)$|^([0-9]+[.,][0-9]+) ?-$', '-\1\2'),
    '(?i)\b(?:west|ouest)\b', 'W', 'g'),
    '(?i)\b(?:east|est)\b', 'E', 'g'),
    '(?i)\b(s)(?:outh|ud)\b|\b(n)(?:orth|ord)\b', '\1\2', 'g'),
    '[0-9]+([.][0-9]+){2,}', '', 'g');
CREATE MACRO numbers_of(words) AS list_transform([words], lambda written: CASE
    WHEN regexp_full_match(written, '[+-]?[0-9]+[.,][0-9]+') THEN [written]
    ELSE marked_numbers(signed(bare(written)))
END)[1];
CREATE MACRO is_in_france(latitude, longitude) AS coalesce(
    latitude BETWEEN 41 AND 51.5 AND longitude BETWEEN -5.5 AND 10
    OR latitude BETWEEN 15.7 AND 16.6 AND longitude BETWEEN -61.9 AND -60.9
    OR latitude BETWEEN 14.3 AND 15 AND longitude BETWEEN -61.3 AND -60.7
    OR latitude BETWEEN 2 AND 6.5 AND longitude BETWEEN -55 AND -51
    OR latitude BETWEEN -21.5 AND -20.8 AND longitude BETWEEN 55.1 AND 55.9
    OR latitude BETWEEN -13.1 AND -12.5 AND longitude BETWEEN 44.9 AND 45.4,
    FALSE
);

-- How the names of communes and of cities in addresses are compared. A number behind them is left
-- out, but for that of an arrondissement that a city does not have: nobody knows what Paris 21 is.
CREATE MACRO fold_city(words) AS trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    regexp_replace(regexp_replace(regexp_replace(
    fold(words),
    '^((?:paris (?:00?|2[1-9]|[3-6][0-9]|7[0-46-9]|[89][0-9])|lyon (?:00?|[1-57-9][0-9]|6[0-8])'
    || '|marseille (?:00?|1[7-9]|[2-9][0-9])) ?(?:e|er|eme|ere|nd)?(?: arr(?:t|dt|ondissement)?)?)$', '\1 unknown'),
    '\bcedex\b.*$', ''),
    '\s+[0-9]{1,2}\s?(e|er|eme|ere|nd|nde)?(\s+arr(t|dt|ondissement)?)?\s*$', ''),
    '\b(s)(ain)?t(e?)(s?)\b', 'saint\3\4', 'g'),
    '\bs s\b|\bss\b', 'sous', 'g'),
    ' s ', ' sur '),
    '\blez\b', 'les', 'g'));

CREATE MACRO without_article(word) AS regexp_replace(word, '^(le|la|les|l) | (le|la|les|l)$', '');

-- grain: one row per commune code, former codes and arrondissements among them.
CREATE TABLE commune_codes AS
SELECT code, commune_code, departement_code, region_code
FROM (
    SELECT commune_code AS code, commune_code FROM reference.communes
    UNION ALL SELECT former_code, commune_code FROM reference.commune_aliases
)
JOIN reference.communes USING (commune_code)
QUALIFY row_number() OVER (PARTITION BY code ORDER BY code <> commune_code, commune_code) = 1;

-- grain: one row per commune and département that one of its parts belonged to: it may keep a postcode
-- of there. Corsica, the old Seine and Seine-et-Oise were parted, nothing moved.
CREATE TABLE moved_communes AS
SELECT DISTINCT commune_code, former_code[1:2] AS former_departement
FROM reference.commune_aliases
JOIN reference.communes USING (commune_code)
WHERE former_code[1:2] NOT IN ('20', '75', '78', '97', departement_code);

-- grain: one row per name of a commune, as folded, and commune.
-- columns: rank 0 today's name, 1 a delegated or former one; 2, 3 the same without their article.
CREATE TABLE city_names AS
WITH named AS (
    SELECT fold_city(name) AS word, commune_code, 0 AS rank FROM reference.communes
    UNION ALL
    SELECT fold_city(name), split_part(territory, ':', 2), 1
    FROM reference.place_names
    WHERE starts_with(territory, 'commune:')
)
SELECT word, commune_code, departement_code, region_code, min(rank) AS rank
FROM (
    FROM named
    UNION ALL SELECT without_article(word), commune_code, rank + 2 FROM named WHERE without_article(word) <> word
)
JOIN reference.communes USING (commune_code)
GROUP BY ALL;

-- grain: one row per postcode and commune, and one row per postcode.
CREATE TABLE postcode_communes AS
SELECT DISTINCT postcode, commune_code, departement_code, region_code
FROM reference.postcodes
JOIN reference.communes USING (commune_code);
CREATE TABLE listed_postcodes AS
SELECT postcode, list(commune_code ORDER BY commune_code) AS communes
FROM postcode_communes
GROUP BY postcode;

-- grain: one row per beginning of a postcode that no list holds (CEDEX, general postcodes): by
-- convention the number of the département; 200, 201 and 202, 206 part Corsica.
CREATE TABLE postcode_starts AS
SELECT start, departement_code, region_code
FROM (
    SELECT departement_code AS start, departement_code, region_code
    FROM reference.departements
    WHERE departement_code NOT IN ('2A', '2B')
    UNION ALL SELECT '20', NULL, '94'
    UNION ALL
    SELECT unnest(['200', '201', '202', '206']), unnest(['2A', '2A', '2B', '2B']), '94'
);

-- grain: one row per beginning of postcodes and of commune codes outside the 101 départements.
CREATE TABLE outlying_starts AS
SELECT unnest(['97133', '97150', '975', '977', '978', '98']) AS start;

-- grain: one row per folded name of a country, of a city abroad, or of a part of a country that people
-- write behind a city (Paris, Texas).
-- columns: country FR for France and its 101 départements, XX for its overseas collectivités;
-- departement_code of those that have a code of a country.
CREATE TABLE foreign_words AS
SELECT
    fold(name) AS word,
    kind,
    max(MAP {'GP': '971', 'MQ': '972', 'GF': '973', 'RE': '974', 'YT': '976'}[country_code]) AS departement_code,
    min(CASE
        WHEN country_code IN ('FR', 'GP', 'MQ', 'GF', 'RE', 'YT') THEN 'FR'
        WHEN country_code IN ('BL', 'MF', 'PM', 'NC', 'PF', 'WF', 'TF') THEN 'XX'
        ELSE country_code
    END) AS country
FROM (
    -- in France the DOM are not the Dominican Republic
    SELECT name, country_code, kind FROM reference.foreign_names WHERE name <> 'DOM'
    UNION ALL VALUES ('métropole', 'FR', 'country'), ('France métropolitaine', 'FR', 'country'),
        ('DOM', 'FR', 'country'), ('Guyane', 'GF', 'country'), ('Réunion', 'RE', 'country')
    UNION ALL SELECT unnest(['UK', 'England', 'Scotland', 'Wales', 'Angleterre', 'Écosse', 'Pays de Galles']), 'GB', 'part'
    UNION ALL
    SELECT unnest(string_split(
        'Alabama,Alaska,Arizona,Arkansas,California,Californie,Colorado,Connecticut,Delaware,Florida,Floride,'
        || 'Hawaii,Idaho,Illinois,Indiana,Iowa,Kansas,Kentucky,Louisiana,Louisiane,Maryland,Massachusetts,'
        || 'Michigan,Minnesota,Mississippi,Missouri,Montana,Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,'
        || 'New York,North Carolina,North Dakota,Ohio,Oklahoma,Oregon,Pennsylvania,Rhode Island,South Carolina,'
        || 'South Dakota,Tennessee,Texas,Utah,Vermont,Virginia,Washington,West Virginia,Wisconsin,Wyoming,'
        || 'U S A,AK,AZ,CT,FL,IL,KS,KY,MD,MI,MN,MO,MS,NH,NJ,NM,NV,NY,OH,OK,SD,TN,TX,UT,VA,VT,WA,WI,WV,WY', ','
    )), 'US', 'part'
    UNION ALL
    SELECT unnest(string_split(
        'Alberta,British Columbia,Colombie-Britannique,Manitoba,New Brunswick,Nouveau-Brunswick,Newfoundland,Nova Scotia,'
        || 'Nouvelle-Écosse,Ontario,Prince Edward Island,Quebec,Québec,Saskatchewan,QC', ','
    )), 'CA', 'part'
)
GROUP BY 1, 2;

-- grain: one row per way of writing a département, 69D and 69M among them.
CREATE TABLE departement_codes AS
SELECT DISTINCT code, departement_code, region_code
FROM (
    SELECT departement_code AS code, departement_code FROM reference.departements
    UNION ALL SELECT upper(fold(name)), departement_code FROM reference.departements
    UNION ALL VALUES ('69D', '69'), ('69M', '69')
)
JOIN reference.departements USING (departement_code);

-- grain: one row per folded name of a département or region (level), with and without its article.
CREATE TABLE territory_words AS
WITH named AS (
    SELECT fold(name) AS word, departement_code, region_code FROM reference.departements
    UNION ALL
    SELECT fold(place_names.name), departement_code, region_code
    FROM reference.place_names
    JOIN reference.departements ON territory = 'departement:' || departement_code
    UNION ALL SELECT fold(name), NULL, region_code FROM reference.regions
    UNION ALL VALUES ('paca', NULL, '93'), ('idf', NULL, '11'), ('ile de la reunion', '974', '04'), ('reunion la', '974', '04'),
        -- régions until 2015; Centre is left out, where it may be that of anything
        ('alsace', NULL, '44'), ('champagne ardenne', NULL, '44'), ('lorraine', NULL, '44'),
        ('aquitaine', NULL, '75'), ('limousin', NULL, '75'), ('poitou charentes', NULL, '75'),
        ('auvergne', NULL, '84'), ('rhone alpes', NULL, '84'), ('basse normandie', NULL, '28'),
        ('haute normandie', NULL, '28'), ('bourgogne', NULL, '27'), ('franche comte', NULL, '27'),
        ('languedoc roussillon', NULL, '76'), ('midi pyrenees', NULL, '76'),
        ('nord pas de calais', NULL, '32'), ('picardie', NULL, '32')
)
-- Guadeloupe, Martinique, Guyane, La Réunion and Mayotte are both: the département says more.
SELECT word, max(departement_code) AS departement_code, max(region_code) AS region_code
FROM (FROM named UNION SELECT without_article(word), departement_code, region_code FROM named)
GROUP BY word;

-- grain: one row per (level, code).
CREATE TABLE territory_codes AS
SELECT 'country' AS level, 'FR' AS code, 'FR' AS territory_code
UNION ALL SELECT 'region', region_code, region_code FROM reference.regions
UNION ALL SELECT 'departement', code, departement_code FROM departement_codes
UNION ALL SELECT 'commune', code, commune_code FROM commune_codes;

-- grain: one row per way of writing a place that a file of this run wrote (place_texts), and what the
-- columns of that file told (place_columns): the next file that writes it so is answered from here.
CREATE TABLE known_places (
    commune_given VARCHAR, postcode_given VARCHAR, city_given VARCHAR, departement_given VARCHAR,
    region_given VARCHAR, country_given VARCHAR, point_communes VARCHAR[], point_state VARCHAR,
    mixes_postcodes BOOLEAN, mixes_codes BOOLEAN, codes_are_postcodes BOOLEAN,
    postcode VARCHAR, city VARCHAR, commune_code VARCHAR, departement_code VARCHAR, region_code VARCHAR,
    place_precision VARCHAR, issue_commune_code VARCHAR, issue_postcode VARCHAR, issue_city VARCHAR,
    issue_departement_code VARCHAR, issue_region VARCHAR, issue_country VARCHAR, issue_point VARCHAR
);
