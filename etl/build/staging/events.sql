-- grain: one row per key of the contract, as last stated
-- answers: the events in force on the build's day
SELECT *
FROM accepted.events
QUALIFY row_number() OVER (PARTITION BY "on", label, domain_code, territory_level, territory_code ORDER BY drop_number DESC) = 1
