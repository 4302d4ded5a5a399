-- grain: one row per provider that has the phrase
-- answers: Which of these providers have these words in their names, one after the other?
-- columns: provider_row as in marts.providers
SELECT provider_row
FROM marts.providers
WHERE
    provider_row IN (SELECT unnest($rows))
    AND contains(' ' || fold(name) || ' ', ' ' || $phrase || ' ')
ORDER BY provider_row
