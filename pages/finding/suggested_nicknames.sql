-- grain: one row per name of a place that is not its own
-- answers: Which nicknames and initials can words name, and which name is meant?
-- columns: name; meant (the place's own name; the same name, where several places are meant)
SELECT
    names.name,
    CASE WHEN count(*) = 1 THEN max(territories.name) ELSE names.name END AS meant
FROM reference.place_names AS names
INNER JOIN reference.territories AS territories
    ON names.level = territories.level AND names.code = territories.code
WHERE names.kind IN ('nickname', 'initials', 'english', 'old_region')
GROUP BY names.name
ORDER BY names.name
