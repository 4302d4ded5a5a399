-- column: several
-- reason: whether the row is active contradicts the day of its end: the day counts. Correct whichever is wrong
SELECT file_id, line, 'left_on' AS column_name, CAST(left_on AS VARCHAR) AS value
FROM accepted.providers
WHERE is_active AND left_on <= as_of OR is_active = FALSE AND left_on > as_of
UNION ALL
SELECT file_id, line, 'ceased_on' AS column_name, CAST(ceased_on AS VARCHAR) AS value
FROM accepted.cooperatives
WHERE is_active AND ceased_on <= as_of
