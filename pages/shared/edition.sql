-- grain: one row
-- answers: Which edition do partners read, and of when is it?
-- columns: edition (as 2026-Q4); made_on (date); in partners.duckdb alone
SELECT edition, made_on
FROM published.edition
