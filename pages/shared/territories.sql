-- grain: one row per territory directly inside another
-- answers: Which territories can a reader go down to from this one?
-- columns: level; code (INSEE); name; population (persons)
SELECT level, code, name, population
FROM reference.territories
WHERE parent_level = $parent_level AND parent_code = $parent_code AND level = $level
ORDER BY strip_accents(name), code
