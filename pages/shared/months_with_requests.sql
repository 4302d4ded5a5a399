-- grain: one row
-- answers: Of which whole months are requests known?
-- columns: first_month, last_month (first days; empty where no request was loaded)
SELECT min(month) AS first_month, max(month) AS last_month
FROM marts.months
WHERE has_requests AND is_complete
