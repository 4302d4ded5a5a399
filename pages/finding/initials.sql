-- grain: one row
-- answers: Are any of these words the initials of a name?
-- columns: are_known
SELECT count(*) > 0 AS are_known
FROM marts.search_rows
WHERE list_contains($words, initials) OR list_contains($full, full_initials)
