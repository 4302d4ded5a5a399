-- grain: one row
-- answers: How many slips (letters dropped, added, changed or swapped) are between the words of each pair?
-- columns: distances, in the order of $asked and $words
SELECT
    list_transform(
        list_zip($asked, $words), lambda pair: damerau_levenshtein(pair[1], pair[2])
    ) AS distances
