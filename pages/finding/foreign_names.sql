-- grain: one row per name, none of them a French territory's
-- answers: Which words name a place abroad?
-- columns: phrase (a folded name; no code of a country)
SELECT DISTINCT fold(name) AS phrase
FROM reference.foreign_names
WHERE
    length(name) > 3
    AND fold(name) NOT IN (SELECT fold(name) FROM reference.territories)
    AND fold(name) NOT IN (SELECT fold(name) FROM reference.place_names)
ORDER BY phrase
