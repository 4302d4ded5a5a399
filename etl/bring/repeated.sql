-- grain: one row per column of the sample that may name things more than once, and other column that
-- differs between the rows of one of its values.
-- answers: which columns tell rows apart that have one identifier.
-- columns: place (of the identifier), other (place of the column that differs)
WITH long AS (
    SELECT number, substr(name, 2)::INTEGER AS place, coalesce(trimmed(left(cell, 500)), '') AS text
    FROM bring_rows UNPIVOT INCLUDE NULLS (cell FOR name IN (COLUMNS(* EXCLUDE number)))
),
named AS (
    SELECT place, text, number FROM long WHERE list_contains($places, place) AND text <> ''
)
SELECT place, other
FROM (
    SELECT named.place, named.text, long.place AS other
    FROM named
    INNER JOIN long ON long.number = named.number AND long.place <> named.place
    GROUP BY named.place, named.text, long.place
    HAVING count(DISTINCT long.text) > 1
)
GROUP BY place, other
ORDER BY place, other;
