-- grain: one row per domain scope
-- answers: What was loaded since the previous build?
-- columns: requests_before, requests_now (of the scope, all months; empty without any requests file); new_files (by content); new_read, new_refused (rows of those files); refused_before, refused_now (rows of all files); refused: still open
WITH before AS (
    SELECT counts.domain_code, sum(counts.requests) AS requests
    FROM previous.marts.request_months AS counts
    INNER JOIN previous.reference.settings AS settings ON counts.horizon_days = settings.fill_days
    GROUP BY counts.domain_code
),

today AS (
    SELECT counts.domain_code, sum(counts.requests) AS requests
    FROM served.marts.request_months AS counts
    INNER JOIN served.reference.settings AS settings ON counts.horizon_days = settings.fill_days
    GROUP BY counts.domain_code
),

scoped AS (
    SELECT
        scopes.scope_code,
        coalesce(sum(before.requests), 0) AS requests_before,
        coalesce(sum(today.requests), 0) AS requests_now
    FROM served.reference.domain_scopes AS scopes
    LEFT JOIN before ON scopes.domain_code = before.domain_code
    LEFT JOIN today ON scopes.domain_code = today.domain_code
    GROUP BY scopes.scope_code
),

had AS (
    SELECT bool_or(source = 'requests') AS requests, sum(refused_rows - corrected_rows) AS refused
    FROM previous.quality.files
),

has AS (
    SELECT bool_or(source = 'requests') AS requests, sum(refused_rows - corrected_rows) AS refused
    FROM served.quality.files
),

fresh AS (
    SELECT count(*) AS new_files, coalesce(sum(read_rows), 0) AS new_read,
        coalesce(sum(refused_rows - corrected_rows), 0) AS new_refused
    FROM served.quality.files
    WHERE content_hash NOT IN (SELECT content_hash FROM previous.quality.files)
)

SELECT
    scoped.scope_code,
    CAST(CASE WHEN had.requests THEN scoped.requests_before END AS BIGINT) AS requests_before,
    CAST(CASE WHEN has.requests THEN scoped.requests_now END AS BIGINT) AS requests_now,
    fresh.new_files,
    CAST(fresh.new_read AS BIGINT) AS new_read,
    CAST(fresh.new_refused AS BIGINT) AS new_refused,
    CAST(had.refused AS BIGINT) AS refused_before,
    CAST(has.refused AS BIGINT) AS refused_now
FROM scoped
CROSS JOIN had
CROSS JOIN has
CROSS JOIN fresh
