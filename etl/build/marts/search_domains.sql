-- grain: one row per domain, 'unknown' last
-- answers: which words ask for a domain, and which bit stands for it in marts.search_rows
-- columns: domain_code; bit (1, 2, 4...); phrases = labels and aliases, folded, without activity codes; everyday = what else people type for it, folded
WITH phrases AS (
    SELECT domain_code, fold(alias) AS phrase, FALSE AS is_everyday
    FROM reference.domain_aliases
    -- numbers of activity codes (NAF 95.11Z) would answer for places (95, Val-d'Oise)
    WHERE NOT regexp_matches(alias, '[0-9]{2}')
    UNION
    SELECT domain_code, unnest([fold(label_fr), fold(label_en)]), FALSE
    FROM reference.domains
    UNION
    SELECT domain_code, fold(words), TRUE
    FROM reference.everyday_words
),

numbered AS (
    SELECT domain_code, row_number() OVER (ORDER BY sort_order, domain_code) AS place
    FROM reference.domains
    UNION ALL
    SELECT 'unknown', count(*) + 1
    FROM reference.domains
)

SELECT
    numbered.domain_code,
    CAST(1 AS BIGINT) << (numbered.place - 1) AS bit,
    coalesce(
        list(phrases.phrase ORDER BY phrases.phrase) FILTER (NOT phrases.is_everyday), []
    ) AS phrases,
    coalesce(
        list(phrases.phrase ORDER BY phrases.phrase) FILTER (phrases.is_everyday), []
    ) AS everyday
FROM numbered
LEFT JOIN phrases ON numbered.domain_code = phrases.domain_code
GROUP BY numbered.domain_code, numbered.place
ORDER BY numbered.place
