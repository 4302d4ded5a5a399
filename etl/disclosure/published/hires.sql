-- grain: one row per closed year and territory
-- answers: how many hires the marketplace led to in each closed year, whoever was hired
-- columns: period (year); territory_level (country, region); scope_code and breakdown (all); measure hires (those whose provider is named); number, key (sum of the record keys of provider and number of hires); is_hidden = so few others were hired that it would tell of the co-operative hired most, or that the country less the regions told would
-- protects: persons
WITH hires AS (
    SELECT
        CAST(year(hires.quarter) AS VARCHAR) AS period, hires.contributor,
        coalesce(hires.region_code, '') AS region_code, bool_or(hires.is_cooperative) AS is_firm,
        sum(hires.hires) AS number,
        -- who agreed is known to all, and hides nobody
        sum(hires.hires) FILTER (WHERE firms.agrees_to_publish <= settings.as_of IS NOT TRUE) AS unknown
    FROM marts.provider_hires AS hires
    CROSS JOIN reference.settings AS settings
    LEFT JOIN staging.cooperatives AS firms ON hires.contributor = firms.siren
    WHERE make_date(year(hires.quarter), 12, 31) < settings.as_of
    GROUP BY ALL
),

placed AS (SELECT *, unnest(places_of(nullif(region_code, ''), NULL)) AS place FROM hires),

owned AS (
    SELECT
        period, place, contributor, bool_or(is_firm) AS is_firm, sum(number) AS number,
        sum(unknown) AS unknown,
        sum(record_key('hires', contributor || ' ' || region_code || ' ' || number)) AS key
    FROM placed
    GROUP BY ALL
),

told AS (
    SELECT
        period, place.level AS territory_level, place.code AS territory_code,
        CAST(sum(number) AS BIGINT) AS number, sum(key) AS key,
        tells_of_one(unknown, is_firm) AS is_hidden
    FROM owned
    GROUP BY ALL
),

-- the regions withheld, and each region more that could be, or none ('')
tries AS (
    SELECT DISTINCT
        period,
        list(territory_code ORDER BY territory_code)
            FILTER (WHERE territory_level = 'region' AND is_hidden)
            OVER (PARTITION BY period) AS held,
        CASE WHEN territory_level = 'region' AND NOT is_hidden THEN territory_code ELSE '' END AS more
    FROM told
),

untold AS (
    SELECT
        tries.period, tries.more, hires.contributor, bool_or(hires.is_firm) AS is_firm,
        sum(hires.unknown) AS unknown
    FROM tries
    LEFT JOIN hires
        ON
            tries.period = hires.period
            AND (hires.region_code IN ('', tries.more) OR list_contains(tries.held, hires.region_code))
    GROUP BY ALL
),

enough AS (
    SELECT period, min(more) AS more
    FROM (SELECT period, more, tells_of_one(unknown, is_firm) AS is_hidden FROM untold GROUP BY ALL)
    WHERE NOT is_hidden
    GROUP BY period
)

SELECT
    told.period, told.territory_level, told.territory_code, 'all' AS scope_code, 'all' AS breakdown,
    'hires' AS measure, told.number, told.key,
    -- where no region more is enough, none is told
    told.is_hidden OR (told.territory_level = 'region' AND coalesce(told.territory_code = enough.more, TRUE))
        AS is_hidden
FROM told
LEFT JOIN enough ON told.period = enough.period
