-- grain: temporary tables of one build
-- answers: who stood in a cell that was published, and stands in none of that measure and period now?
-- columns: gone = their figures as they were then; units = them too. Publications without figures (made by earlier versions) tell of nobody: who left is taken as known there
CREATE TEMP TABLE gone_members AS
SELECT member, measure, period, max(value) AS value
FROM (
    SELECT measure, period, told[1] AS member, told[2] AS value
    FROM (
        SELECT measure, period, unnest(list_zip(members, figures)) AS told
        FROM earlier
        WHERE figures IS NOT NULL
    )
)
WHERE
    (measure, period) IN (SELECT (cells.measure, cells.period) FROM cells)
    AND (member, measure, period) NOT IN (
        SELECT (units.contributor || '|' || units.part, cells.measure, cells.period)
        FROM members
        INNER JOIN units ON members.unit = units.unit
        INNER JOIN cells ON members.cell = cells.cell
    )
GROUP BY member, measure, period;

INSERT INTO units
WITH missing AS (
    SELECT DISTINCT split_part(member, '|', 1) AS contributor, split_part(member, '|', 2) AS part
    FROM gone_members
    WHERE member NOT IN (SELECT contributor || '|' || part FROM units)
),

owners AS (
    SELECT contributor, min(owner) AS owner FROM units GROUP BY contributor
),

last AS (
    SELECT coalesce(max(unit), 0) AS unit, coalesce(max(owner), 0) AS owner FROM units
)

SELECT
    CAST(last.unit + row_number() OVER (ORDER BY contributor, part) AS INTEGER) AS unit,
    contributor, part,
    CAST(coalesce(
        owners.owner,
        last.owner + dense_rank() OVER (ORDER BY owners.owner IS NULL DESC, contributor)
    ) AS INTEGER) AS owner
FROM missing
CROSS JOIN last
LEFT JOIN owners USING (contributor);

CREATE TEMP TABLE gone AS
SELECT units.unit, units.owner, gone_members.measure, gone_members.period, gone_members.value
FROM gone_members
INNER JOIN units ON gone_members.member = units.contributor || '|' || units.part;
