-- grain: one row per month, territory down to the département and domain scope with a hire in the 12 months that end with it
-- answers: how evenly the hires of a year are spread over providers
-- columns: hires = those of the 12 months whose provider is named; providers hired (of one establishment, one); squares = sum over providers of hires squared; largest = hires of the provider with most (neither adds up over months or places, so each year and level has its own)
WITH numbered AS (
    SELECT
        establishment_id,
        CAST(row_number() OVER (ORDER BY establishment_id) AS INTEGER) AS provider_number
    FROM (SELECT DISTINCT establishment_id FROM staging.hires WHERE establishment_id IS NOT NULL)
),

-- numbers instead of words: the years below are counted over every hire, place and scope
cells AS (
    SELECT
        territories.level,
        territories.code,
        scopes.scope_code,
        CAST(row_number() OVER (ORDER BY level, code, scopes.scope_code) AS INTEGER) AS cell
    FROM reference.territories AS territories
    CROSS JOIN reference.scopes AS scopes
    WHERE territories.level <> 'commune'
),

by_month AS (
    SELECT
        numbered.provider_number, hires.region_code, hires.departement_code, hires.domain_code,
        CAST(12 * year(hires.month) + month(hires.month) AS INTEGER) AS month_number,
        CAST(count(*) AS INTEGER) AS hires
    FROM staging.hires AS hires
    INNER JOIN numbered ON hires.establishment_id = numbered.establishment_id
    GROUP BY ALL
),

scoped AS (
    SELECT by_month.* EXCLUDE (domain_code), scopes.scope_code
    FROM by_month
    INNER JOIN reference.domain_scopes AS scopes ON by_month.domain_code = scopes.domain_code
),

placed AS (
    SELECT cells.cell, scoped.provider_number, scoped.month_number, scoped.hires
    FROM scoped
    INNER JOIN cells ON scoped.scope_code = cells.scope_code AND cells.level = 'country'
    UNION ALL
    SELECT cells.cell, scoped.provider_number, scoped.month_number, scoped.hires
    FROM scoped
    INNER JOIN cells
        ON
            scoped.scope_code = cells.scope_code
            AND scoped.region_code = cells.code
            AND cells.level = 'region'
    UNION ALL
    SELECT cells.cell, scoped.provider_number, scoped.month_number, scoped.hires
    FROM scoped
    INNER JOIN cells
        ON
            scoped.scope_code = cells.scope_code
            AND scoped.departement_code = cells.code
            AND cells.level = 'departement'
),

added AS (
    SELECT cell, provider_number, month_number, CAST(sum(hires) AS INTEGER) AS hires
    FROM placed
    GROUP BY cell, provider_number, month_number
),

-- a hire counts in the year that ends with its month, and leaves it twelve months later: between two
-- such turns a provider's hires of a year stand still
turns AS (
    SELECT
        cell, provider_number,
        unnest([month_number, month_number + 12]) AS month_number,
        unnest([hires, -hires]) AS hires
    FROM added
),

stretches AS (
    SELECT
        cell,
        month_number AS since,
        lead(month_number) OVER turned AS until,
        CAST(sum(hires) OVER turned AS INTEGER) AS hires
    FROM turns
    WINDOW turned AS (PARTITION BY cell, provider_number ORDER BY month_number, hires)
),

by_year AS (
    SELECT cell, unnest(range(since, until)) AS month_number, hires
    FROM stretches
    WHERE hires > 0
),

shared AS (
    SELECT
        cell, month_number, CAST(sum(hires) AS BIGINT) AS hires, count(*) AS providers,
        CAST(sum(hires * hires) AS BIGINT) AS squares, CAST(max(hires) AS BIGINT) AS largest
    FROM by_year
    GROUP BY cell, month_number
)

SELECT
    months.month, cells.level, cells.code, cells.scope_code, shared.hires, shared.providers,
    shared.squares, shared.largest
FROM shared
INNER JOIN cells ON shared.cell = cells.cell
INNER JOIN marts.months AS months
    ON shared.month_number = 12 * year(months.month) + month(months.month)
ORDER BY cells.level, cells.code, cells.scope_code, months.month
