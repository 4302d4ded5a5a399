-- grain: one row per closed year, département and domain with a request
-- answers: where demand is not met, so that project holders could start; the nearest CAE stands in published.nearest_caes, who could start in published.projects_under_way
-- columns: period (year); territory_level (departement), territory_code, scope_code (a domain); contributors = mature requests with a known outcome (each of one household); unmet = of them, not filled within the default time. No totals stand beside these rows, so that none can be worked out by taking away
-- protects: nothing
-- withheld_below: 11
WITH counted AS (
    SELECT
        CAST(year(counts.month) AS VARCHAR) AS period, counts.departement_code,
        counts.domain_code, sum(counts.known) AS known, sum(counts.known - counts.filled) AS unmet
    FROM marts.request_months AS counts
    CROSS JOIN reference.settings AS settings
    WHERE
        counts.horizon_days = settings.fill_days
        AND make_date(year(counts.month), 12, 31) + CAST(settings.fill_days AS INTEGER) < settings.as_of
        AND year(counts.month) >= year(settings.as_of) - 3
        AND counts.departement_code IS NOT NULL
        AND counts.domain_code <> 'unknown'
    GROUP BY ALL
    HAVING sum(counts.known) > 0
)

SELECT
    counted.period, 'departement' AS territory_level, counted.departement_code AS territory_code,
    counted.domain_code AS scope_code, CAST(counted.known AS BIGINT) AS contributors,
    CAST(counted.unmet AS BIGINT) AS unmet
FROM counted
ORDER BY counted.period, counted.departement_code, counted.domain_code
