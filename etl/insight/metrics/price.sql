-- label: Hourly price (median)
-- why: Half of the active providers based in the territory ask for less an hour. Those who state no price are left out, and their number is shown.
-- unit: eur_per_hour
-- direction: none
-- counts: prices stated
-- topic: supply
-- levels: country, region, departement
-- sources: providers
-- source: exact median of the prices stated, on the build's day; no narrower than the département
SELECT
    prices.code AS territory_code,
    prices.scope_code,
    NULL::DOUBLE AS numerator,
    NULL::DOUBLE AS denominator,
    prices.median_eur AS value,
    prices.priced AS n,
    NULL::DOUBLE AS low,
    NULL::DOUBLE AS high,
    prices.providers - prices.priced AS left_out
FROM marts.territory_prices AS prices
INNER JOIN reference.territories AS territories USING (level, code)
WHERE
    prices.level = $level
    AND lies_within(
        $within_level, $within_code,
        territories.region_code, territories.departement_code, territories.commune_code
    )
    AND is_asked_scope($scopes, prices.scope_code)
ORDER BY territory_code, prices.scope_code
