-- grain: one row per event of the whole country
-- answers: What happened that a time chart should mark?
-- columns: happened_on; label
SELECT happened_on, label
FROM marts.events
WHERE level = 'country' AND scope_code = 'all'
ORDER BY happened_on, label
