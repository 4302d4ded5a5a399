-- column: population
-- reason: the band holds more people than its territory in that year, or all bands together do: it is used as it stands. Correct whichever is wrong
SELECT bands.file_id, bands.line, CAST(bands.population AS VARCHAR) AS value
FROM (
    SELECT
        *,
        sum(CAST(population AS DECIMAL(24, 3))) FILTER (WHERE band <> 'all') OVER places AS of_bands,
        max(population) FILTER (WHERE band = 'all') OVER places AS of_all
    FROM accepted.population
    WINDOW places AS (PARTITION BY file_id, territory_level, territory_code, year)
) AS bands
WHERE bands.band <> 'all' AND bands.of_bands > bands.of_all
