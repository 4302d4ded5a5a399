-- grain: one row per event of the place
-- answers: What happened that a time chart should mark?
-- columns: happened_on; label; scope_code, empty where nobody knows the domain that the file names; level, code, place (name of the territory). An event of a place counts for what is in it and for what it lies in; one whose territory nobody knows, for the country
WITH asked AS (
    SELECT region_code, departement_code, commune_code
    FROM reference.territories
    WHERE level = $level AND code = $code
)

SELECT
    events.happened_on, events.label, events.scope_code, events.level, events.code,
    territories.name AS place
FROM marts.events AS events
CROSS JOIN asked
LEFT JOIN reference.territories AS territories USING (level, code)
WHERE
    $level = 'country'
    OR lies_within(
        $level, $code,
        territories.region_code, territories.departement_code, territories.commune_code
    )
    OR lies_within(
        events.level, events.code,
        asked.region_code, asked.departement_code, asked.commune_code
    )
ORDER BY events.happened_on, events.label, events.scope_code, events.level, events.code
