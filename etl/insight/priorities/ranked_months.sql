-- grain: one row per month that requests cover
-- answers: over how many months unmet requests are counted
-- columns: month = 12 * year + month
SELECT CAST(12 * year(month) + month(month) AS INTEGER) AS month
FROM marts.months
WHERE has_requests
ORDER BY month
