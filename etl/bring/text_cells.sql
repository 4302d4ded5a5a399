-- grain: one row per column of the sample and distinct text in it, as far as asked (bring_asked).
-- answers: what each text may be, as true or false.
-- columns: place of the column, text (trimmed, none of the words for missing), rows, the first row that has it
CREATE OR REPLACE TABLE bring_tests AS
WITH shaped AS (
    SELECT
        place, text, rows, first_row,
        length(text) AS letters,
        regexp_matches(text, '[0-9]') AS has_digit,
        regexp_replace(whole_code(text), '[ .\x{a0}\x{202f}-]', '', 'g') AS packed,
        CASE WHEN length(text) <= 80 THEN fold(text) ELSE '' END AS folded,
        CASE WHEN length(text) <= 60 THEN fold_city(regexp_replace(text, '^[0-9]{5} +', '')) ELSE '' END AS as_city,
        CASE WHEN length(text) <= 40 THEN read_number(text, NULL) END AS plain,
        regexp_extract(text, '^([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})(?:[ T].*)?$', ['a', 'b', 'y']) AS parts
    FROM bring_asked
),
coded AS (
    SELECT
        *,
        CASE WHEN regexp_full_match(packed, '[0-9]{4,5}|2[AaBb][0-9]{3}') THEN upper(lpad(packed, 5, '0')) END AS five,
        CASE WHEN letters BETWEEN 9 AND 300 AND regexp_matches(text, '[0-9][.,][0-9]{2,}.*[0-9][.,][0-9]{2,}') THEN numbers_of(text) END AS pair,
        CASE WHEN letters BETWEEN 10 AND 200 AND regexp_matches(text, '[0-9]{2} ?[0-9]{3}') AND regexp_matches(text, '[[:alpha:]]{3}') THEN city_in(text) END AS town,
        CASE WHEN regexp_full_match(packed, '[0-9]{1,3}|2[AaBb]') THEN upper(CASE WHEN length(packed) = 1 THEN '0' || packed ELSE packed END) END AS two
    FROM shaped
)
SELECT
    place, text, rows, first_row, letters, plain,
    coalesce(CASE WHEN regexp_full_match(packed, '[0-9]{13,14}') THEN lpad(packed, 14, '0')[1:9] <> '000000000' AND is_siret(lpad(packed, 14, '0')) END, FALSE) AS siret,
    coalesce(CASE WHEN regexp_full_match(packed, '[0-9]{8,9}') THEN packed::BIGINT > 0 AND is_siren(lpad(packed, 9, '0')) END, FALSE) AS siren,
    regexp_full_match(packed, '[0-9]{13,14}') AS long_digits,
    regexp_full_match(packed, '(?i)SAP/?N?[0-9]{9}') AS sap,
    coalesce(five IN (SELECT code FROM commune_codes), FALSE) AS commune,
    coalesce(regexp_full_match(five, '[0-9]{5}') AND (five IN (SELECT postcode FROM listed_postcodes)), FALSE) AS postcode,
    coalesce(regexp_full_match(packed, '[0-9]{5}') AND packed[1:2] IN (SELECT start FROM postcode_starts WHERE length(start) = 2), FALSE)
        OR coalesce(regexp_full_match(packed, '9[78][0-9]{3}'), FALSE) AS five_digits,
    coalesce(two IN (SELECT code FROM departement_codes), FALSE) AS departement,
    coalesce(folded IN (SELECT word FROM territory_words WHERE departement_code IS NOT NULL), FALSE) AS departement_name,
    coalesce(two IN (SELECT code FROM territory_codes WHERE level = 'region'), FALSE) AS region,
    coalesce(upper(coalesce(five, two, packed)) IN (SELECT code FROM territory_codes), FALSE) AS territory,
    coalesce(folded IN (SELECT word FROM territory_words WHERE departement_code IS NULL OR word IN ('guadeloupe', 'martinique', 'guyane', 'la reunion', 'mayotte')), FALSE) AS region_name,
    coalesce(as_city <> '' AND as_city IN (SELECT word FROM city_names), FALSE) AS city,
    coalesce(folded IN ('fr', 'fra', 'france') OR folded IN (SELECT word FROM foreign_words WHERE kind = 'country'), FALSE) AS country,
    coalesce(town IS NOT NULL AND fold_city(town) IN (SELECT word FROM city_names), FALSE) AS address,
    coalesce(CASE WHEN has_digit AND letters BETWEEN 8 AND 40 AND serial_moment(text) IS NULL THEN year(read_moment(text)) BETWEEN 1900 AND 2100 END, FALSE) AS day,
    coalesce(CASE WHEN has_digit AND letters BETWEEN 12 AND 40 THEN NOT is_day(read_moment(text)) END, FALSE) AS moment,
    serial_moment(text) IS NOT NULL AS serial,
    regexp_full_match(text, '(?i)[0-9]{1,2} ?[:h] ?[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?( ?[ap]m)?|[0-9]{1,2} ?h') AS clock,
    has_digit AND (parts.a <> '' OR regexp_full_match(text, '(?i)([0-9]{1,2}[ -])?[a-zé]{3,9}[.]?[ -][0-9]{1,2},? [0-9]{4}.*|[0-9]{1,2}[ -][a-zéû]{3,9}[.]?[ -,]+[0-9]{2,4}.*|[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}.*')) AS dated,
    parts.a <> '' AND TRY_CAST(parts.a AS INTEGER) > 12 AS day_first,
    parts.a <> '' AND TRY_CAST(parts.b AS INTEGER) > 12 AS month_first,
    plain IS NOT NULL OR regexp_full_match(text, '(?i)[€$]? ?[+-]?[0-9][0-9 .,\x{a0}\x{202f}]*( ?(€|eur|euros?|kms?|m|m[eè]tres?|h|heures?|hours?|hrs?|min|minutes?|%|c|cts?|cents?|centimes?|k ?€)( ?(/|par|per) ?(h|heure|hour|mois|month))?( ttc)?[.]?)?|[0-9]{1,4} ?h ?[0-9]{2}') AS number,
    coalesce(plain = floor(plain), FALSE) AS whole,
    regexp_full_match(text, '[+-]?[0-9][0-9 .\x{a0}\x{202f}]*,[0-9]{1,2}([^0-9.,].*)?') AS comma,
    regexp_full_match(text, '[€$]? ?[+-]?[0-9][0-9 ,\x{a0}\x{202f}]*[.][0-9]{1,2}([^0-9.,].*)?|[+-]?[0-9]*[.][0-9]{4,}') AS point,
    regexp_full_match(text, '[€$]? ?[+-]?[0-9]{1,3}(,[0-9]{3})+([.][0-9]+)?') AS comma_groups,
    coalesce(read_flag(text) IS NOT NULL, FALSE) AS flag,
    regexp_full_match(text, '(?i)(https?://|www[.])\S+|[a-z0-9-]+([.][a-z0-9-]+)*[.](fr|com|org|net|eu|coop|info|bzh|asso|pro|io|example)(/\S*)?') AS url,
    regexp_full_match(text, '[^@\s]+@[^@\s]+[.][[:alpha:]]{2,}') OR regexp_matches(text, '[^@\s]+@[^@\s]+[.][[:alpha:]]{2,}') AND letters < 60 AS mail,
    regexp_full_match(text, '([+]33|0033) ?[(]?0?[)]?[ .-]?[1-9]([ .-]?[0-9]{2}){4}|0[1-9]([ .-]?[0-9]{2}){4}') AS phone,
    coalesce(CASE WHEN letters <= 40 THEN regexp_matches(text, '[.,][0-9]') AND is_in_france(plain, 2.0) END, FALSE) AS latitude,
    coalesce(CASE WHEN letters <= 40 THEN regexp_matches(text, '[.,][0-9]') AND is_in_france(47.0, plain) END, FALSE) AS longitude,
    coalesce(len(pair) = 2 AND (
        is_in_france(TRY_CAST(replace(pair[1], ',', '.') AS DOUBLE), TRY_CAST(replace(pair[2], ',', '.') AS DOUBLE))
        OR is_in_france(TRY_CAST(replace(pair[2], ',', '.') AS DOUBLE), TRY_CAST(replace(pair[1], ',', '.') AS DOUBLE))), FALSE) AS point_text,
    coalesce(packed IN (SELECT legal_category FROM reference.legal_forms), FALSE) AS legal,
    regexp_full_match(packed, '(19|20)[0-9]{2}') AS year,
    regexp_full_match(text, '[^ ]{1,40}') AND NOT regexp_full_match(text, '[[:alpha:]]{1,3}') AS code,
    has_digit AND regexp_full_match(text, '[^ ]{1,60}|[^ ]{1,4} [0-9]{1,10}') AS coded,
    regexp_full_match(text, '(?i)[0-9]{2}[.]?[0-9]{2}[.]?[A-Z]') AS naf,
    regexp_matches(text, '[[:alpha:]]{2}') AS wordy,
    len(string_split(trim(text), ' ')) AS words
FROM coded;
