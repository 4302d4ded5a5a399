-- grain: one row, or none when nobody knows the code
-- answers: What is this territory called, and what is it part of?
-- columns: level; code (INSEE); name; parent_level; parent_code
SELECT level, code, name, parent_level, parent_code
FROM reference.territories
WHERE level = $level AND code = $code
