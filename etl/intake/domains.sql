-- grain: one row per distinct text in which the file names domains (table domain_inputs: text).
-- answers: which domains it names, and the first item that nobody knows.
-- A whole text that is an alias comes before its parts: some labels hold commas.
-- Items are tied to their text by its number: a copy of it for each would take memory without end.
CREATE TABLE domain_texts AS
WITH parts AS (
    SELECT rowid AS number, unnest(CASE
        WHEN fold(text) IN (SELECT word FROM domain_words) THEN [text] ELSE items_of(text)
    END) AS item
    FROM domain_inputs
),
known AS (
    SELECT parts.number, coalesce(words.domain_codes, numbers.domain_codes) AS domain_codes
    FROM parts
    LEFT JOIN domain_words AS words ON words.word = fold(parts.item)
    LEFT JOIN domain_words AS numbers ON numbers.word = legal_number(parts.item)
),
named AS (
    SELECT
        number,
        coalesce(list_sort(list_distinct(flatten(list(domain_codes ORDER BY domain_codes) FILTER (domain_codes IS NOT NULL)))), []) AS domain_codes,
        bool_or(domain_codes IS NULL) AS has_unknown
    FROM known
    GROUP BY number
)
SELECT domain_inputs.text, named.domain_codes, named.has_unknown
FROM domain_inputs
INNER JOIN named ON named.number = domain_inputs.rowid;
