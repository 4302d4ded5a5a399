-- grain: one row per word that can be found, in alphabetical order
-- answers: which words are known, and how much does each tell of a name?
-- columns: word_number from 0; word = stem (no plural); providers with it in their name; weight = BM25's inverse document frequency; is_domain = in a phrase of a domain; sound = how it is read, NULL where that is under three sounds
WITH known AS (
    SELECT word, count(*) AS providers, FALSE AS is_domain
    FROM staging.search_name_words
    GROUP BY word
    UNION ALL
    SELECT DISTINCT unnest(stems(phrase)), 0, TRUE
    FROM (SELECT unnest(list_concat(phrases, everyday)) AS phrase FROM marts.search_domains)
),

words AS (
    SELECT
        word,
        CAST(sum(providers) AS INTEGER) AS providers,
        bool_or(is_domain) AS is_domain
    FROM known
    WHERE word <> ''
    GROUP BY word
)

SELECT
    CAST(row_number() OVER (ORDER BY words.word) - 1 AS INTEGER) AS word_number,
    words.word,
    words.providers,
    CAST(ln(1 + (total.n - words.providers + 0.5) / (words.providers + 0.5)) AS REAL) AS weight,
    words.is_domain,
    CASE WHEN length(sound(words.word)) >= 3 THEN sound(words.word) END AS sound
FROM words
CROSS JOIN (SELECT count(*) AS n FROM staging.providers) AS total
ORDER BY words.word
