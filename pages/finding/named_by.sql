-- grain: one row per initials and set of words of names that have them, the commonest first
-- answers: Which names may be meant by initials that stand in no name?
-- columns: initials; words = stems of the name, without its legal form; providers
WITH asked AS (
    SELECT provider_row, initials, FALSE AS is_full
    FROM marts.search_rows
    WHERE list_contains($words, initials)
    UNION ALL
    SELECT provider_row, full_initials, TRUE
    FROM marts.search_rows
    WHERE list_contains($full, full_initials)
),

named AS (
    SELECT
        asked.initials,
        CASE
            WHEN asked.is_full THEN without_place(fold(providers.name), fold(providers.commune_name))
            ELSE fold(providers.name)
        END AS name
    FROM asked
    INNER JOIN marts.providers AS providers ON asked.provider_row = providers.provider_row
)

SELECT initials, list_sort(initial_stems(name)) AS words, count(*) AS providers
FROM named
GROUP BY ALL
ORDER BY initials, providers DESC, words
