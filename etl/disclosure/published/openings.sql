-- grain: one row per closed year, territory, scope and measure
-- answers: where demand is not met, so that project holders could start; who could stands in published.projects (under_way), the nearest CAE in published.nearest_caes
-- columns: period (year); territory_level (country, region, departement); scope_code (all, families; domains for the country alone: of few requests a zero here and a few there would tell the rest); measure requests (mature, with a known outcome: each of one household), unmet (of them, not filled within the default time); number, key (sum of the record keys of the requests)
-- protects: persons
WITH counted AS (
    SELECT
        CAST(year(facts.month) AS VARCHAR) AS period, facts.region_code, facts.departement_code,
        facts.domain_code, facts.filled_days IS NULL OR facts.filled_days > settings.fill_days AS is_unmet,
        count(*) AS number, sum(record_key('requests', facts.request_id)) AS key
    FROM staging.request_facts AS facts
    CROSS JOIN reference.settings AS settings
    WHERE
        facts.age_days >= settings.fill_days AND facts.is_fill_known
        AND make_date(year(facts.month), 12, 31) + CAST(settings.fill_days AS INTEGER) < settings.as_of
        AND year(facts.month) >= year(settings.as_of) - 5
    GROUP BY ALL
),

measured AS (
    SELECT
        counted.*, scopes.scope_code, unnest(['requests', 'unmet']) AS measure
    FROM counted
    INNER JOIN reference.domain_scopes AS scopes ON counted.domain_code = scopes.domain_code
    WHERE scopes.scope_code <> 'unknown'
),

placed AS (
    SELECT
        *, measure = 'requests' OR is_unmet AS is_counted,
        unnest(places_of(region_code, departement_code)) AS place
    FROM measured
),

whole AS (
    SELECT
        period, place, max(region_code) AS region_code, sum(number) AS requests,
        bool_or(is_unmet) AS has_unmet
    FROM placed
    WHERE scope_code = 'all' AND measure = 'requests'
    GROUP BY ALL
),

few AS (SELECT * FROM whole WHERE requests < 5),

-- one in each of four families would tell all four: of few requests each family is told as few that
-- is not known to have none, by the smallest territory around that has more
filled_up AS (
    SELECT * FROM placed
    UNION ALL BY NAME
    SELECT DISTINCT
        few.period, few.place, told.scope_code, 0 AS number, 0 AS key, TRUE AS is_counted,
        told.measure
    FROM few
    LEFT JOIN few AS region
        ON
            few.period = region.period AND few.region_code = region.place.code
            AND region.place.level = 'region'
    INNER JOIN placed AS told
        ON
            few.period = told.period AND told.scope_code LIKE 'family_%'
            AND CASE
                WHEN few.place.level = 'departement' AND region.place IS NULL
                    THEN told.place.level = 'region' AND few.region_code = told.place.code
                ELSE told.place.level = 'country'
            END
)

SELECT
    period, place.level AS territory_level, place.code AS territory_code, scope_code,
    'all' AS breakdown, measure, CAST(coalesce(sum(number) FILTER (WHERE is_counted), 0) AS BIGINT) AS number,
    coalesce(sum(key) FILTER (WHERE is_counted), 0) AS key
FROM filled_up
INNER JOIN whole USING (period, place)
WHERE place.level = 'country' OR scope_code = 'all' OR scope_code LIKE 'family_%'
GROUP BY ALL
HAVING
    count(*) FILTER (WHERE is_counted) > 0
    -- of fewer than five requests nobody learns whether one was unmet: 0 is fewer than five, too,
    -- unless of all of them none was
    OR (sum(number) < 5 AND bool_or(whole.has_unmet OR whole.requests < 5))
