"""Another table below the first, in a text or a sheet: its rows have columns not theirs."""

from __future__ import annotations

import duckdb

from etl.intake.contract import quote
from etl.problems import Note

SHOWN = 5  # names of its header
FEW = 0.1  # of the rows hold no digit, where one without any is odd
FARTHEST = 1_048_576  # rows of a sheet: the lines of another are farther away


def notes(
    con: duckdb.DuckDBPyConnection, columns: list[str], *, is_sheet: bool = False
) -> list[Note]:
    """Tells the first row of `raw` below a blank one that reads like a header: names, and not a
    digit, where the other rows have some.

    A cell of several lines takes as many in a text, and one in a sheet.
    """
    cells = ", ".join(f"c{place}" for place in range(len(columns)))
    text = f"concat_ws(' ', {cells})"
    last = f"line + strlen({text}) - strlen(replace({text}, chr(10), ''))"
    names = f"list_filter([{cells}], lambda cell: cell <> '')"
    header = ", ".join(map(quote, filter(None, columns)))
    found = con.execute(
        f"WITH ends AS (SELECT line, {'line' if is_sheet else last} AS last FROM raw "
        "UNION ALL SELECT line, line FROM malformed), "
        "placed AS (SELECT line, lag(last) OVER (ORDER BY line) AS before FROM ends) "
        f"SELECT line, {names}, (SELECT count(*) FROM ends WHERE ends.line > raw.line) FROM raw "
        f"WHERE line IN (SELECT line FROM placed WHERE line - before BETWEEN 2 AND {FARTHEST}) "
        f"AND len({names}) > 1 "
        f"AND NOT regexp_matches({text}, '[0-9]') AND {names} <> [{header}]::VARCHAR[] "
        "ORDER BY line LIMIT 1"
    ).fetchone()
    if not found or not found[2]:
        return []
    (others,) = con.execute(
        f"SELECT avg((NOT regexp_matches({text}, '[0-9]'))::INTEGER) FROM raw WHERE line <> $line",
        {"line": found[0]},
    ).fetchone() or (1,)
    told = {"line": found[0], "names": found[1][:SHOWN], "met": found[2]}
    return [Note("second_table", told)] if others <= FEW else []
