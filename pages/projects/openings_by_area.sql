-- grain: one row per département and family of domains with a request in the last closed year, of a region or the country (code FR)
-- answers: Where is demand not met, so that project holders could start, and which CAE stands nearest?
-- columns: period (year); region_code; code, name of the département; scope_code, label_fr, label_en of the family; requests with a known outcome and unmet of them (of persons: rounded, NULL where fewer than 5), each with its status; cae, km (NULL: none lives)
WITH told AS (
    SELECT
        period, territory_code, scope_code,
        max(value) FILTER (WHERE measure = 'requests') AS requests,
        max(status) FILTER (WHERE measure = 'requests') AS requests_status,
        -- no row is a true zero
        coalesce(max(value) FILTER (WHERE measure = 'unmet'), CASE WHEN max(status) FILTER (WHERE measure = 'unmet') IS NULL THEN 0 END) AS unmet,
        coalesce(max(status) FILTER (WHERE measure = 'unmet'), 'shown') AS unmet_status
    FROM published.openings
    WHERE
        territory_level = 'departement'
        AND period = (SELECT max(period) FROM published.openings)
    GROUP BY ALL
)

SELECT
    told.period, areas.region_code, areas.code, areas.name, told.scope_code, scopes.label_fr,
    scopes.label_en, told.requests, told.requests_status, told.unmet, told.unmet_status,
    caes.name AS cae, caes.km
FROM told
INNER JOIN reference.territories AS areas
    ON areas.level = 'departement' AND told.territory_code = areas.code
INNER JOIN reference.scopes AS scopes ON told.scope_code = scopes.scope_code
LEFT JOIN published.nearest_caes AS caes ON told.territory_code = caes.territory_code
WHERE
    ($code = 'FR' OR areas.region_code = $code)
    AND told.scope_code LIKE 'family_%'
    AND ($scope = 'all' OR told.scope_code = $scope)
ORDER BY
    told.unmet DESC NULLS LAST, told.requests DESC NULLS LAST, areas.code, scopes.sort_order
