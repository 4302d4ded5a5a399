-- grain: one row per event of the place and the domains asked for: those of the whole country count everywhere, those of all domains for each
-- answers: What happened that a time chart should mark?
-- columns: happened_on; label
SELECT events.happened_on, events.label
FROM marts.events AS events
LEFT JOIN reference.territories AS territories USING (level, code)
WHERE
    (
        events.level = 'country'
        OR (
            $within_level <> 'country'
            AND lies_within(
                $within_level, $within_code,
                territories.region_code, territories.departement_code, territories.commune_code
            )
        )
    )
    AND (
        events.scope_code = 'all'
        OR (
            $scope <> 'all'
            AND events.scope_code IN (
                SELECT domain_code FROM reference.domain_scopes WHERE scope_code = $scope
            )
        )
    )
ORDER BY events.happened_on, events.label
