-- grain: one row per word or phrase
-- answers: What do people call the domains, whom one might complete while they type?
-- columns: words, at most three of them, the shortest first
-- params: $language (fr, en)
SELECT DISTINCT words, length(words) AS letters
FROM (
    SELECT words FROM reference.everyday_words WHERE language = $language
    UNION ALL
    SELECT alias FROM reference.domain_aliases
)
WHERE NOT regexp_matches(words, '[0-9]|( .*){3}')
ORDER BY letters, words
