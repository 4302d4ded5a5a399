-- grain: one row per closed year, territory and scope
-- answers: how many hires the marketplace led to in each closed year, whoever was hired
-- columns: period (year); territory_level (country, region); scope_code (all; families and domains for the country); measure hires (those whose provider is named); number, key (sum of the record keys of provider and number of hires); is_hidden = so few others were hired that it would tell of the co-operative hired most
-- protects: persons
WITH hires AS (
    SELECT
        CAST(year(hires.quarter) AS VARCHAR) AS period, hires.contributor, hires.region_code,
        scopes.scope_code, bool_or(hires.is_cooperative) AS is_cooperative,
        sum(hires.hires) AS number
    FROM marts.provider_hires AS hires
    INNER JOIN reference.domain_scopes AS scopes ON hires.domain_code = scopes.domain_code
    CROSS JOIN reference.settings AS settings
    WHERE scopes.scope_code <> 'unknown' AND make_date(year(hires.quarter), 12, 31) < settings.as_of
    GROUP BY ALL
),

placed AS (
    SELECT *, unnest(places_of(region_code, NULL)) AS place FROM hires
),

owned AS (
    SELECT
        period, place, scope_code, contributor, bool_or(is_cooperative) AS is_cooperative,
        sum(number) AS number,
        sum(record_key('hires', contributor || ' ' || coalesce(region_code, '') || ' ' || number)) AS key
    FROM placed
    WHERE place.level = 'country' OR scope_code = 'all'
    GROUP BY ALL
)

SELECT
    period, place.level AS territory_level, place.code AS territory_code, scope_code,
    'all' AS breakdown, 'hires' AS measure, CAST(sum(number) AS BIGINT) AS number, sum(key) AS key,
    -- without the largest co-operative and one provider more who knows its own
    coalesce(sum(number) - max(number) FILTER (WHERE is_cooperative) - max(number)
        < 0.2 * max(number) FILTER (WHERE is_cooperative), FALSE) AS is_hidden
FROM owned
GROUP BY ALL
