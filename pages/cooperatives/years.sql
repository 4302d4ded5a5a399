-- grain: one row
-- answers: Which closed years does the register tell of?
-- columns: first_year, last_year; NULL where no co-operative is known
SELECT
    min(CAST(period AS INTEGER)) AS first_year,
    max(CAST(period AS INTEGER)) AS last_year
FROM published.cooperatives
