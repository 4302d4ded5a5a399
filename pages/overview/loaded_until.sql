-- grain: one row
-- answers: Which sources were loaded, and for which months are their requests known?
-- columns: has_providers; providers_since (date of the oldest drop: before it, only the dates inside the files tell); tells_seen (several files tell when providers were last seen); has_requests; requests_from (first month with a request); requests_to (last month that the newest drop has seen whole); requests_until (date of the newest drop); has_targets (a build of an earlier version keeps no targets and events for pages)
SELECT
    coalesce(sum(accepted_rows) FILTER (WHERE source = 'providers'), 0) > 0 AS has_providers,
    min(as_of) FILTER (WHERE source = 'providers') AS providers_since,
    count(DISTINCT as_of) FILTER (WHERE source = 'providers') > 1
    AND (SELECT count(last_seen_on) > 0 FROM marts.providers) AS tells_seen,
    coalesce(sum(accepted_rows) FILTER (WHERE source = 'requests'), 0) > 0 AS has_requests,
    (SELECT min(month) FROM marts.request_months) AS requests_from,
    CAST(
        date_trunc('month', max(as_of) FILTER (WHERE source = 'requests') + 1) - INTERVAL 1 MONTH
        AS DATE
    ) AS requests_to,
    max(as_of) FILTER (WHERE source = 'requests') AS requests_until,
    (
        SELECT count(*) = 2
        FROM information_schema.tables
        WHERE table_schema = 'marts' AND table_name IN ('targets', 'events')
    ) AS has_targets
FROM quality.files
