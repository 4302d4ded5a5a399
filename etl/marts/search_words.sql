-- grain: one row per word that can be found, in alphabetical order
-- answers: which words are known, and how much does each tell of a name?
-- columns: word_number from 1; word = stem (no plural); providers with it in their name; weight = BM25's inverse document frequency; is_domain, is_place = in a phrase of a domain, in the name of a territory
WITH known AS (
    SELECT word, count(*) AS providers, FALSE AS is_domain, FALSE AS is_place
    FROM staging.search_name_words
    GROUP BY word
    UNION ALL
    SELECT DISTINCT unnest(stems(phrase)), 0, TRUE, FALSE
    FROM (SELECT unnest(phrases) AS phrase FROM marts.search_domains)
    UNION ALL
    SELECT DISTINCT unnest(stems(fold(name))), 0, FALSE, TRUE
    FROM reference.territories
),

words AS (
    SELECT
        word,
        CAST(sum(providers) AS INTEGER) AS providers,
        bool_or(is_domain) AS is_domain,
        bool_or(is_place) AS is_place
    FROM known
    WHERE word <> ''
    GROUP BY word
)

SELECT
    CAST(row_number() OVER (ORDER BY words.word) AS INTEGER) AS word_number,
    words.word,
    words.providers,
    CAST(ln(1 + (total.n - words.providers + 0.5) / (words.providers + 0.5)) AS REAL) AS weight,
    words.is_domain,
    words.is_place
FROM words
CROSS JOIN (SELECT count(*) AS n FROM staging.providers) AS total
ORDER BY words.word
