-- grain: one row
-- answers: What was loaded since the previous build?
-- columns: as in scope_loads.sql, requests of all domains of the scopes
SELECT
    CAST(sum(requests_before) AS BIGINT) AS requests_before,
    CAST(sum(requests_now) AS BIGINT) AS requests_now,
    max(COLUMNS('^(new|refused)_'))
FROM scope_loads
WHERE
    scope_code IN (
        SELECT domain_code FROM served.reference.domain_scopes WHERE list_contains($scopes, scope_code)
    )
