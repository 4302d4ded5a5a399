-- What the reference tables become once, before any file is read: words and places to look up.

-- grain: one row per folded word that names domains.
-- columns: is_guess where it may mean others as well
CREATE TABLE domain_words AS
SELECT word, list(DISTINCT domain_code ORDER BY domain_code) AS domain_codes, bool_and(is_guess) AS is_guess
FROM (
    SELECT fold(alias) AS word, domain_code, is_guess IS NOT NULL AS is_guess FROM reference.domain_aliases
    UNION ALL
    SELECT fold(unnest([domain_code, legal_code, label_fr, label_en, official_label_fr])), domain_code, FALSE
    FROM reference.domains
)
WHERE word <> ''
GROUP BY word;

-- A number of article D7231-1 may be followed by its text: "II-2 Petit jardinage".
CREATE MACRO legal_number(words) AS nullif(fold(regexp_extract(
    upper(words), '^(I{1,2}[ -]?[0-9]{1,2})([^0-9A-Z].*)?$', 1)), '');
