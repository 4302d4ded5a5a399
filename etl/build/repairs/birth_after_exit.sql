-- column: cooperative_since
-- reason: the co-operative was born after it left, as another file tells; this birth is not used. Correct one of the two dates
SELECT file_id, line, CAST(stated_born_on AS VARCHAR) AS value
FROM staging.cooperatives
WHERE is_birth_after_exit
