-- grain: one row per département and domain with a request in the last closed year, of a region or the country (code FR)
-- answers: Where is demand not met, so that project holders could start, and which CAE stands nearest?
-- columns: period (year); region_code; code, name of the département; scope_code, label_fr, label_en of the domain; known = requests with a known outcome, unmet of them (NULL where withheld); status, reason; cae, km (NULL: none lives)
SELECT
    openings.period, areas.region_code, areas.code, areas.name, openings.scope_code,
    scopes.label_fr, scopes.label_en, openings.contributors AS known, openings.unmet,
    openings.status, openings.reason, caes.name AS cae, caes.km
FROM published.openings AS openings
INNER JOIN reference.territories AS areas
    ON openings.territory_level = areas.level AND openings.territory_code = areas.code
INNER JOIN reference.scopes AS scopes ON openings.scope_code = scopes.scope_code
LEFT JOIN published.nearest_caes AS caes ON openings.territory_code = caes.territory_code
WHERE
    openings.period = (SELECT max(period) FROM published.openings)
    AND ($code = 'FR' OR areas.region_code = $code)
    AND openings.scope_code IN (
        SELECT domain_code FROM reference.domain_scopes WHERE scope_code = $scope
    )
ORDER BY openings.unmet DESC NULLS LAST, known DESC NULLS LAST, areas.code, scopes.sort_order
