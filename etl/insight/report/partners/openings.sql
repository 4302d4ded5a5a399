-- grain: one row per département and domain with requests in the last closed year
-- answers: Where is demand not met, so that project holders could start, and which CAE stands nearest?
-- columns: region_code; departement, departement_code; label_fr, label_en of the domain; known requests, unmet (NULL where withheld); status, reason; cae, km
SELECT
    territories.region_code, territories.name AS departement, territories.code AS departement_code,
    scopes.label_fr, scopes.label_en, openings.contributors AS known, openings.unmet,
    openings.status, openings.reason, caes.name AS cae, caes.km
FROM published.openings AS openings
INNER JOIN reference.territories AS territories
    ON openings.territory_level = territories.level AND openings.territory_code = territories.code
INNER JOIN reference.scopes AS scopes ON openings.scope_code = scopes.scope_code
LEFT JOIN published.nearest_caes AS caes ON openings.territory_code = caes.territory_code
WHERE openings.period = (SELECT max(period) FROM published.openings)
ORDER BY openings.unmet DESC NULLS LAST, departement_code, scopes.sort_order
