-- grain: one row per département
-- answers: Where do the accepted rows of a file fall?
-- columns: code (NULL: at none); rows
SELECT departement_code AS code, count(*) AS rows
FROM read_parquet($rows)
GROUP BY departement_code
ORDER BY rows DESC, code
