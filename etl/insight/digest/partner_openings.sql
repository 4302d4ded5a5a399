-- grain: one row per département and domain with 5 unmet requests or more in the last closed year
-- answers: Where is demand not met, so that project holders could start?
-- columns: period (year); level, code, place of the département, region_code; scope_code; unmet (a multiple of 5)
SELECT
    openings.period, territories.level, territories.code, territories.name AS place,
    territories.region_code, openings.scope_code, openings.value AS unmet
FROM published.openings AS openings
INNER JOIN reference.territories AS territories
    ON openings.territory_level = territories.level AND openings.territory_code = territories.code
INNER JOIN reference.scopes AS scopes ON openings.scope_code = scopes.scope_code
WHERE
    openings.period = (SELECT max(period) FROM published.openings)
    AND openings.measure = 'unmet' AND openings.value IS NOT NULL
    AND territories.level = 'departement' AND scopes.scope_kind = 'domain'
ORDER BY openings.value DESC, territories.code, openings.scope_code
