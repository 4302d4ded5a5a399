-- grain: one row
-- answers: What was loaded since the previous build?
-- columns: requests_before, requests_now (of the scope, all months; empty without any requests file); new_files (by content); new_read, new_refused (rows of those files); refused_before, refused_now (rows of all files)
WITH counts AS (
    SELECT
        (
            SELECT sum(counts.requests)
            FROM previous.marts.request_months AS counts
            INNER JOIN served.reference.domain_scopes AS scopes
                ON counts.domain_code = scopes.domain_code
            CROSS JOIN previous.reference.settings AS settings
            WHERE scopes.scope_code = $scope AND counts.horizon_days = settings.fill_days
        ) AS requests_before,
        (
            SELECT sum(counts.requests)
            FROM served.marts.request_months AS counts
            INNER JOIN served.reference.domain_scopes AS scopes
                ON counts.domain_code = scopes.domain_code
            CROSS JOIN served.reference.settings AS settings
            WHERE scopes.scope_code = $scope AND counts.horizon_days = settings.fill_days
        ) AS requests_now,
        (SELECT bool_or(source = 'requests') FROM previous.quality.files) AS had_requests,
        (SELECT bool_or(source = 'requests') FROM served.quality.files) AS has_requests
),

fresh AS (
    SELECT count(*) AS new_files, coalesce(sum(read_rows), 0) AS new_read,
        coalesce(sum(refused_rows), 0) AS new_refused
    FROM served.quality.files
    WHERE content_hash NOT IN (SELECT content_hash FROM previous.quality.files)
)

SELECT
    CAST(CASE WHEN counts.had_requests THEN coalesce(counts.requests_before, 0) END AS BIGINT)
        AS requests_before,
    CAST(CASE WHEN counts.has_requests THEN coalesce(counts.requests_now, 0) END AS BIGINT)
        AS requests_now,
    fresh.new_files,
    CAST(fresh.new_read AS BIGINT) AS new_read,
    CAST(fresh.new_refused AS BIGINT) AS new_refused,
    (SELECT CAST(sum(refused_rows) AS BIGINT) FROM previous.quality.files) AS refused_before,
    (SELECT CAST(sum(refused_rows) AS BIGINT) FROM served.quality.files) AS refused_now
FROM counts
CROSS JOIN fresh
