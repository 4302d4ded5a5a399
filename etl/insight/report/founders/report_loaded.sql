-- grain: one row
-- answers: Which sources does the build hold, and are all months of the window and of the year before known?
-- columns: has_providers; has_requests; is_known, is_known_before (every month from $from to $to, and the same a year earlier, lies between the first request and the newest drop)
SELECT
    (SELECT coalesce(sum(accepted_rows), 0) > 0 FROM quality.files WHERE source = 'providers')
        AS has_providers,
    (SELECT coalesce(sum(accepted_rows), 0) > 0 FROM quality.files WHERE source = 'requests')
        AS has_requests,
    count(*) FILTER (WHERE has_requests AND month BETWEEN $from AND $to)
    = date_diff('month', CAST($from AS DATE), CAST($to AS DATE)) + 1 AS is_known,
    count(*) FILTER (
        WHERE
            has_requests
            AND month BETWEEN CAST($from AS DATE) - INTERVAL 1 YEAR
            AND CAST($to AS DATE) - INTERVAL 1 YEAR
    ) = date_diff('month', CAST($from AS DATE), CAST($to AS DATE)) + 1 AS is_known_before
FROM marts.months
