-- grain: one row per event of the scope, up to the build's day
-- answers: What happened that a time chart should mark?
-- columns: happened_on; label; scope_code, empty where nobody knows the domain that the file names; level, place (name of the territory)
SELECT events.happened_on, events.label, events.scope_code, events.level, territories.name AS place
FROM marts.events AS events
CROSS JOIN quality.build AS build
LEFT JOIN reference.territories AS territories
    ON events.level = territories.level AND events.code = territories.code
WHERE
    events.happened_on <= build.as_of
    AND (
        $scope = 'all'
        OR coalesce(events.scope_code, 'all') IN ('all', $scope)
        OR events.scope_code IN (
            SELECT domain_code FROM reference.domain_scopes WHERE scope_code = $scope
        )
    )
ORDER BY events.happened_on, events.label, events.scope_code, events.level, events.code
