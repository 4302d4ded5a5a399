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
)

SELECT
    period, place.level AS territory_level, place.code AS territory_code, scope_code,
    'all' AS breakdown, measure, CAST(coalesce(sum(number) FILTER (WHERE is_counted), 0) AS BIGINT) AS number,
    coalesce(sum(key) FILTER (WHERE is_counted), 0) AS key
FROM placed
WHERE place.level = 'country' OR scope_code = 'all' OR scope_code LIKE 'family_%'
GROUP BY ALL
HAVING
    count(*) FILTER (WHERE is_counted) > 0
    -- of fewer than five requests nobody learns whether one was unmet: 0 is fewer than five, too
    OR sum(number) < 5
