-- What the reference tables become once, before any file is read: words and places to look up.

-- grain: one row per folded word that names domains.
CREATE TABLE domain_words AS
SELECT word, list_sort(list(DISTINCT domain_code)) AS domain_codes
FROM (
    SELECT fold(alias) AS word, domain_code FROM reference.domain_aliases
    UNION ALL SELECT fold(domain_code), domain_code FROM reference.domains
    UNION ALL SELECT fold(legal_code), domain_code FROM reference.domains
    UNION ALL SELECT fold(label_fr), domain_code FROM reference.domains
    UNION ALL SELECT fold(label_en), domain_code FROM reference.domains
    UNION ALL SELECT fold(official_label_fr), domain_code FROM reference.domains
)
WHERE word <> ''
GROUP BY word;

-- A number of article D7231-1 may be followed by its text: "II-2 Petit jardinage".
CREATE MACRO legal_number(words) AS nullif(fold(regexp_extract(
    upper(words), '^(I{1,2}[ -]?[0-9]{1,2})([^0-9A-Z].*)?$', 1)), '');

-- How the names of communes and of cities in addresses are compared.
CREATE MACRO fold_city(words) AS trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    fold(words),
    '\bcedex\b.*$', ''),
    '\s+[0-9]{1,2}\s?(e|er|eme|ere|nd|nde)?(\s+arr(ondissement)?)?\s*$', ''),
    '\bste\b', 'sainte', 'g'),
    '\bst\b', 'saint', 'g'));

-- grain: one row per commune code, former codes and arrondissements among them.
CREATE TABLE commune_codes AS
SELECT code, commune_code, departement_code, region_code, fold_city(name) AS word
FROM (
    SELECT commune_code AS code, commune_code FROM reference.communes
    UNION ALL SELECT former_code, commune_code FROM reference.commune_aliases
)
JOIN reference.communes USING (commune_code)
QUALIFY row_number() OVER (PARTITION BY code ORDER BY code <> commune_code, commune_code) = 1;

-- grain: one row per postcode.
CREATE TABLE postcode_communes AS
SELECT
    postcode,
    list(DISTINCT {'commune': commune_codes.commune_code, 'departement': departement_code, 'region': region_code, 'word': word}) AS communes,
    list(DISTINCT departement_code) AS departements
FROM reference.postcodes
JOIN commune_codes ON commune_codes.code = postcodes.commune_code
GROUP BY postcode;

-- grain: one row per beginning of postcodes that lies in one département only (75…: Paris).
CREATE TABLE postcode_starts AS
SELECT start, min(departement_code) AS departement_code
FROM (
    SELECT unnest([postcode[1:2], postcode[1:3]]) AS start, unnest(departements) AS departement_code
    FROM postcode_communes
)
GROUP BY start
HAVING count(DISTINCT departement_code) = 1;

-- grain: one row per way of writing a département, 69D and 69M among them.
CREATE TABLE departement_codes AS
SELECT DISTINCT code, departement_code, region_code
FROM (
    SELECT departement_code AS code, departement_code FROM reference.departements
    UNION ALL SELECT upper(fold(name)), departement_code FROM reference.departements
    UNION ALL VALUES ('69D', '69'), ('69M', '69')
)
JOIN reference.departements USING (departement_code);

-- grain: one row per (level, code).
CREATE TABLE territory_codes AS
SELECT 'country' AS level, 'FR' AS code, 'FR' AS territory_code
UNION ALL SELECT 'region', region_code, region_code FROM reference.regions
UNION ALL SELECT 'departement', code, departement_code FROM departement_codes
UNION ALL SELECT 'commune', code, commune_code FROM commune_codes;
