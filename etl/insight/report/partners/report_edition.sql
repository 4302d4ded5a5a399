-- grain: one row
-- answers: Which edition is this?
-- columns: edition (its quarter, as 2026-Q4; a further one of a quarter as 2026-Q4.2)
SELECT edition
FROM published.edition
