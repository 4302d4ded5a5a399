-- grain: one row per target in force
-- answers: Which targets are there, and what are their domain and territory called?
-- columns: as in marts.targets; scope_fr, scope_en, place: empty where nobody knows the domain or the territory that the file names; region_code, departement_code: what the territory lies in
SELECT
    targets.*,
    scopes.label_fr AS scope_fr,
    scopes.label_en AS scope_en,
    territories.name AS place,
    territories.region_code,
    territories.departement_code
FROM marts.targets AS targets
LEFT JOIN reference.scopes AS scopes USING (scope_code)
LEFT JOIN reference.territories AS territories USING (level, code)
ORDER BY targets.metric, scopes.sort_order, targets.level, targets.code, targets.due_on
