-- grain: one row per département and domain with requests in the last closed year
-- answers: Where is demand not met, so that project holders could start?
-- columns: period (year); level, code, place of the département, region_code; scope_code; unmet (NULL where withheld); status shown|withheld
SELECT
    openings.period, territories.level, territories.code, territories.name AS place,
    territories.region_code, openings.scope_code, openings.unmet, openings.status
FROM published.openings AS openings
INNER JOIN reference.territories AS territories
    ON openings.territory_level = territories.level AND openings.territory_code = territories.code
WHERE openings.period = (SELECT max(period) FROM published.openings)
ORDER BY openings.unmet DESC NULLS LAST, territories.code, openings.scope_code
