-- label: Every accepted request that is not abroad is counted once in the marts
SELECT horizons.horizon_days, accepted.requests AS accepted, coalesce(counted.requests, 0) AS counted
FROM (SELECT count(DISTINCT request_id) AS requests FROM accepted.requests) AS accepted
CROSS JOIN reference.horizons AS horizons
LEFT JOIN (
    SELECT horizon_days, sum(requests) AS requests FROM marts.request_months GROUP BY horizon_days
) AS counted ON horizons.horizon_days = counted.horizon_days
WHERE
    accepted.requests <> coalesce(counted.requests, 0) + (
        -- dated after the newest drop: kept in staging, not yet part of any month
        SELECT count(*) FROM staging.requests CROSS JOIN reference.settings AS settings
        WHERE created_on > settings.as_of
    ) + (SELECT count(*) FROM staging.abroad WHERE source = 'requests')
