-- grain: one row per file that has refused each of the lines told by the rows
-- answers: Are these rows those that the file refused, but for what was corrected in them?
-- columns: file_id; compared (cells that the file kept, outside of the columns that a reason names), agreeing (of them, how many are still the same), changed (rows that differ in any cell)
-- `given` (line, cells) are the rows that came, `refused` (file_id, line, cells, named) those kept;
-- a spreadsheet writes numbers and dates in its own way, and takes zeros from the front of a code.
WITH given_cells AS (
    SELECT given.line, given.turn, cell.key AS name, bare(cell.value ->> '$') AS value
    FROM given, json_each(given.cells) AS cell
),

kept_cells AS (
    SELECT
        refused.file_id,
        refused.line,
        cell.key AS name,
        bare(cell.value ->> '$') AS value,
        list_contains(refused.named, cell.key) AS is_named
    FROM refused, json_each(refused.cells) AS cell
),

pairs AS (
    SELECT
        kept_cells.file_id,
        given.line,
        given.turn,
        kept_cells.value <> '' AND NOT kept_cells.is_named AS is_compared,
        same_cell(kept_cells.value, coalesce(given_cells.value, '')) AS is_same
    FROM given
    INNER JOIN kept_cells ON given.line = kept_cells.line
    LEFT JOIN given_cells
        ON given.turn = given_cells.turn AND plain_name(kept_cells.name) = plain_name(given_cells.name)
),

told AS (
    SELECT count(DISTINCT line) AS lines FROM given
),

found AS (
    SELECT refused.file_id, count(DISTINCT refused.line) AS lines
    FROM refused
    WHERE refused.line IN (SELECT line FROM given)
    GROUP BY refused.file_id
),

rows_of AS (
    SELECT file_id, turn, bool_and(is_same) AS is_unchanged
    FROM pairs
    GROUP BY file_id, turn
)

SELECT
    found.file_id,
    (SELECT count(*) FROM pairs WHERE pairs.file_id = found.file_id AND is_compared) AS compared,
    (SELECT count(*) FROM pairs WHERE pairs.file_id = found.file_id AND is_compared AND is_same) AS agreeing,
    (SELECT count(*) FROM rows_of WHERE rows_of.file_id = found.file_id AND NOT is_unchanged) AS changed
FROM found
INNER JOIN told ON found.lines = told.lines
ORDER BY found.file_id
