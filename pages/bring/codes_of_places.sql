-- grain: one row per territory: the country, régions, départements, and communes of one name or code
-- answers: Which territories may a target or an event be of?
-- columns: level; code (INSEE); name
SELECT level, code, name
FROM reference.territories
WHERE
    level IN ('country', 'region', 'departement')
    OR (
        level = 'commune'
        AND (
            list_contains($codes, code)
            OR code = upper(trim($text))
            OR lower(strip_accents(name)) = lower(strip_accents(trim($text)))
        )
    )
ORDER BY
    CASE level WHEN 'country' THEN 1 WHEN 'region' THEN 2 WHEN 'departement' THEN 3 ELSE 4 END,
    strip_accents(name),
    code
