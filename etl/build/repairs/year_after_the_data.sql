-- column: year
-- reason: the year begins after the newest drop; it counts from the day a drop reaches it. Correct the year if it is a slip
SELECT file_id, line, CAST(year AS VARCHAR) AS value
FROM staging.cooperative_years
WHERE is_after_the_data
