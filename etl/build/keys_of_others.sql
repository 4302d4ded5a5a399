-- grain: one row per file ($numbers, in order, and where its accepted rows are: $files) whose short identifiers mostly mean something else in the file before that has them
-- answers: Are the identifiers of a file numbers of its lines, which say nothing of other files?
-- columns: met, shared (identifiers), value (the first of them)
WITH origins AS (
    SELECT unnest($files) AS filename, unnest($numbers) AS number
),
numbered AS (
    SELECT number, key_column AS key, {told_columns} AS told
    FROM read_parquet($files, filename = TRUE, union_by_name = TRUE)
    INNER JOIN origins USING (filename)
    WHERE strlen(key_column) <= 5
),
paired AS (
    SELECT number, key, told AS later, lag(told) OVER (PARTITION BY key ORDER BY number) AS earlier
    FROM numbered
),
judged AS (
    SELECT number, key, CASE WHEN later = earlier THEN FALSE ELSE coalesce(is_other_row, FALSE) END AS is_other
    FROM paired
    WHERE earlier IS NOT NULL
)
SELECT number, count(*) FILTER (WHERE is_other) AS met, count(*) AS shared, min(key) FILTER (WHERE is_other) AS value
FROM judged
GROUP BY number
HAVING met >= $fewest AND 2 * met > shared
ORDER BY number
