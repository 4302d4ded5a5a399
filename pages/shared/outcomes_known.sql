-- grain: one row
-- answers: Is it known of any request what became of it?
-- columns: is_known
SELECT coalesce(max(known), 0) > 0 AS is_known FROM marts.commune_requests
