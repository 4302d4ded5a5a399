-- grain: one row per direction with at least one commune that crossed k
-- answers: How many cells (commune x domain) fell or rose, and how many people live there?
-- columns: has_risen; cells; communes (distinct); population (each person once, in however many domains)
SELECT
    has_risen,
    CAST(sum(cells) AS BIGINT) AS cells,
    count(*) AS communes,
    CAST(sum(population) AS BIGINT) AS population
FROM (
    SELECT has_risen, commune_code, count(*) AS cells, any_value(population) AS population
    FROM crossed_cells
    GROUP BY has_risen, commune_code
)
GROUP BY has_risen
