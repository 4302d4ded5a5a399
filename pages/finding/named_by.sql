-- grain: one row per initials and set of words of names that have them, the commonest first
-- answers: Which names may be meant by initials that stand in no name?
-- columns: initials; words = stems of the name, without its legal form; providers
SELECT named.initials, list_sort(initial_stems(fold(providers.name))) AS words, count(*) AS providers
FROM marts.search_rows AS named
INNER JOIN marts.providers AS providers ON named.provider_row = providers.provider_row
WHERE list_contains($words, named.initials)
GROUP BY ALL
ORDER BY named.initials, providers DESC, words
