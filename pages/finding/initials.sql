-- grain: one row, or none
-- answers: Are any of these words the initials of a name?
-- columns: number as in marts.search_rows
SELECT number
FROM marts.search_rows
WHERE list_contains($words, initials) OR list_contains($full, full_initials)
ORDER BY number
LIMIT 1
