-- grain: one row per direction with at least one commune that crossed k
-- answers: How many cells (commune x domain) fell or rose, and how many people live there?
-- columns: has_risen; cells; communes (distinct); population (each person once, in however many domains)
SELECT
    has_risen,
    CAST(sum(cells) AS BIGINT) AS cells,
    count(*) AS communes,
    CAST(sum(population) AS BIGINT) AS population
FROM (
    SELECT providers_now >= $k AS has_risen, commune_code, count(*) AS cells, max(population) AS population
    FROM moved_cells
    WHERE
        (providers_now >= $k) <> (providers_before >= $k)
        AND domain_code IN (
            SELECT domain_code FROM served.reference.domain_scopes WHERE list_contains($scopes, scope_code)
        )
        AND (len($areas) = 0 OR list_has_any($areas, areas))
    GROUP BY has_risen, commune_code
)
GROUP BY has_risen
ORDER BY has_risen
