-- grain: one row per file ($numbers, in order, and where its accepted rows are: $files) with identifiers that an earlier file, or it itself one of an earlier file, writes with zeros at the start or with signs between the digits
-- answers: Which identifiers are one and the same, but for what a spreadsheet made of them?
-- columns: met (pairs of identifiers), pair (that of the file, that of the other), other (the number of the other file)
WITH origins AS (
    SELECT unnest($files) AS filename, unnest($numbers) AS number
),
keys AS (
    SELECT
        number, key_column AS key,
        -- 1 024 is 1024; most have none of these signs, which a look tells
        CASE WHEN strlen(key) <= 20 AND key BETWEEN '1' AND ':' AND (
            contains(key, ' ') OR contains(key, ',') OR contains(key, '.') OR contains(key, chr(160)) OR contains(key, chr(8239))
        ) THEN regexp_full_match(key, '[0-9]{1,3}([ ,.\x{a0}\x{202f}][0-9]{3})+') ELSE FALSE END AS is_grouped,
        CASE WHEN is_grouped THEN regexp_replace(key, '[^0-9]', '', 'g') ELSE ltrim(key, '0') END AS plain
    FROM read_parquet($files, filename = TRUE, union_by_name = TRUE)
    INNER JOIN origins USING (filename)
),
dressed AS (
    SELECT DISTINCT number, key, plain
    FROM keys
    WHERE is_grouped OR key >= '0' AND key < '1'
),
others AS (
    SELECT DISTINCT number, key, plain
    FROM keys
    SEMI JOIN dressed USING (plain)
),
pairs AS (
    SELECT
        greatest(dressed.number, others.number) AS number,
        least(dressed.number, others.number) AS other,
        CASE WHEN dressed.number > others.number THEN [dressed.key, others.key] ELSE [others.key, dressed.key] END AS pair
    FROM dressed
    INNER JOIN others ON others.plain = dressed.plain AND others.key <> dressed.key AND others.number <> dressed.number
)
SELECT number, count(DISTINCT pair) AS met, min(pair) AS pair, arg_min(other, [pair, [other::VARCHAR]]) AS other
FROM pairs
GROUP BY number
ORDER BY number
