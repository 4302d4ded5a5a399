-- grain: one row per distinct text in which the file lists approvals (table approval_inputs: text).
-- answers: the approvals as '<domain_code>:<kind>', '*' where they hold for all domains.
-- Items are tied to their text by its number: a copy of it for each would take memory without end.
CREATE TABLE approval_texts AS
WITH items AS (
    SELECT rowid AS number, unnest(items_of(text)) AS item FROM approval_inputs
),
parts AS (
    SELECT
        number,
        fold(regexp_extract(item, '([^:]*)$', 1)) AS kind_word,
        trimmed(regexp_extract(item, '^(.*):', 1)) AS domain_text
    FROM items
),
known AS (
    SELECT
        parts.number,
        CASE
            WHEN kind_word IN ('agrement', 'agree', 'agreee', 'accreditation') THEN 'agrement'
            WHEN kind_word IN ('declaration', 'declare', 'declaree') THEN 'declaration'
            WHEN kind_word IN ('autorisation', 'autorise', 'autorisee', 'authorisation', 'authorization') THEN 'autorisation'
        END AS kind,
        CASE WHEN domain_text IS NULL OR domain_text = '*' THEN ['*']
            ELSE coalesce(words.domain_codes, numbers.domain_codes) END AS codes
    FROM parts
    LEFT JOIN domain_words AS words ON words.word = fold(domain_text)
    LEFT JOIN domain_words AS numbers ON numbers.word = legal_number(domain_text)
),
named AS (
    SELECT
        number,
        CASE WHEN kind IS NOT NULL THEN list_transform(codes, lambda code: code || ':' || kind) END AS approvals
    FROM known
),
grouped AS (
    SELECT
        number,
        coalesce(list_sort(list_distinct(flatten(
            list(approvals ORDER BY approvals) FILTER (approvals IS NOT NULL)
        ))), []) AS approvals,
        bool_or(approvals IS NULL) AS has_unknown
    FROM named
    GROUP BY number
)
SELECT approval_inputs.text, grouped.approvals, grouped.has_unknown
FROM approval_inputs
INNER JOIN grouped ON grouped.number = approval_inputs.rowid;
