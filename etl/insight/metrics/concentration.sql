-- label: Concentration of hires
-- why: Over the 12 months that end with the period: 10,000 when one provider gets every hire, 5,000 when two share them evenly. High means that the place depends on few. Hires whose provider nobody named are left out, and their number is shown.
-- unit: index
-- direction: low
-- counts: hires
-- topic: market
-- levels: country, region, departement
-- sources: requests
-- columns: largest_share = share of the provider with most hires; providers = distinct providers hired; always 12 months, since an index of 3 months and one of 24 cannot be compared
-- source: Herfindahl-Hirschman index of hires: 10,000 * sum of s_j^2
WITH unnamed AS (
    SELECT
        territory_of($level, region_code, departement_code, NULL) AS territory_code,
        scopes.scope_code,
        sum(hires - provider_known) AS left_out
    FROM marts.hire_months AS counts
    INNER JOIN reference.domain_scopes AS scopes ON counts.domain_code = scopes.domain_code
    WHERE
        month > CAST(CAST($to AS DATE) - INTERVAL 12 MONTH AS DATE) AND month <= $to
        AND lies_within($within_level, $within_code, region_code, departement_code, NULL)
        AND is_asked_scope($scopes, scopes.scope_code)
    GROUP BY territory_code, scopes.scope_code
)

SELECT
    unnamed.territory_code,
    unnamed.scope_code,
    CAST(shared.squares AS DOUBLE) AS numerator,
    shared.hires * CAST(shared.hires AS DOUBLE) AS denominator,
    10000 * shared.squares / (shared.hires * CAST(shared.hires AS DOUBLE)) AS value,
    coalesce(shared.hires, 0) AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    CAST(unnamed.left_out AS BIGINT) AS left_out,
    shared.largest / CAST(shared.hires AS DOUBLE) AS largest_share,
    coalesce(shared.providers, 0) AS providers
FROM unnamed
LEFT JOIN marts.concentration_months AS shared
    ON
        shared.level = $level
        AND shared.month = $to
        AND unnamed.territory_code = shared.code
        AND unnamed.scope_code = shared.scope_code
WHERE unnamed.territory_code IS NOT NULL
ORDER BY unnamed.territory_code, unnamed.scope_code
