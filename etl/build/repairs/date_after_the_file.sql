-- column: several
-- reason: the date lies after the day of its file; it is used as it stands. Correct it if it is a slip
SELECT file_id, line, told.column_name, CAST(told.moment AS VARCHAR) AS value
FROM (
    SELECT
        file_id, line, as_of,
        unnest([
            {'column_name': 'joined_on', 'moment': CAST(joined_on AS TIMESTAMP)},
            {'column_name': 'last_seen_on', 'moment': CAST(last_seen_on AS TIMESTAMP)}
        ]) AS told
    FROM accepted.providers
    WHERE greatest(joined_on, last_seen_on) > as_of
    UNION ALL
    SELECT
        file_id, line, as_of,
        unnest([
            {'column_name': 'first_response_at', 'moment': paris_time(first_response_at)},
            {'column_name': 'filled_at', 'moment': paris_time(filled_at)}
        ]) AS told
    FROM accepted.requests
    WHERE greatest(first_response_at, filled_at) > as_of
    UNION ALL
    SELECT
        file_id, line, as_of,
        {'column_name': 'responded_at', 'moment': paris_time(responded_at)} AS told
    FROM accepted.responses
    WHERE responded_at > as_of
    UNION ALL
    SELECT
        file_id, line, as_of,
        unnest([
            {'column_name': 'registered_on', 'moment': CAST(registered_on AS TIMESTAMP)},
            {'column_name': 'cooperative_since', 'moment': CAST(cooperative_since AS TIMESTAMP)}
        ]) AS told
    FROM accepted.cooperatives
    WHERE greatest(registered_on, cooperative_since) > as_of
)
-- a day more: a file of a day may hold the evening of the next in another time zone
WHERE told.moment > as_of + INTERVAL 2 DAY
