-- grain: one row per place and domain whose requests of the last closed year were not met in time: départements of France with 5 or more of them, or a region asked for as a whole
-- answers: Where could project holders start?
-- columns: level, code, scope_code; label_fr, label_en of the domain; the most unmet first
SELECT
    openings.territory_level AS level, openings.territory_code AS code, openings.scope_code,
    scopes.label_fr, scopes.label_en
FROM published.openings AS openings
INNER JOIN reference.scopes AS scopes ON openings.scope_code = scopes.scope_code
WHERE
    openings.period = (SELECT max(period) FROM published.openings)
    AND openings.measure = 'unmet' AND scopes.scope_kind = 'domain'
    AND CASE
        WHEN $region = '' THEN openings.territory_level = 'departement' AND openings.value IS NOT NULL
        ELSE openings.territory_level = 'region' AND openings.territory_code = $region
    END
ORDER BY openings.value DESC NULLS LAST, openings.territory_code, scopes.sort_order
