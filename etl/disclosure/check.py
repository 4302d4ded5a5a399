"""The last look at partners.duckdb before it is published, by other code than what made it.

From the file and the contributions alone: every sum that is told, and what is left of the country's
when the regions told are taken away, obeys the rule; every band holds its figure and is no narrower
than the rule asks; no other figure of a firm stands in the file.
"""

from pathlib import Path

import duckdb
import pandas as pd

from etl.disclosure.partition import Division
from etl.disclosure.published_tables import DisclosureError, Table
from etl.disclosure.rules import Rules


class NotProtected(DisclosureError):
    """A figure of a firm follows from the file."""

    CODE = "not_protected"


def run(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    tables: list[Table],
    divisions: list[Division],
    rules: Rules,
    edition: str,
) -> None:
    """Raises NotProtected, with the first cell that is not safe."""
    rows = [
        group.rows.assign(table_name=one.table.name, edition=group.edition)
        for one in divisions
        for group in one.groups
    ]
    if not rows:
        return
    connection.register("in_force", pd.concat(rows).drop(columns=["knowers", "base_knowers"]))
    connection.execute(f"ATTACH '{path}' AS shown (READ_ONLY)")
    try:
        shown = " UNION ALL BY NAME ".join(
            f"SELECT '{table.name}' AS table_name, * FROM shown.published.{table.name}"
            for table in tables
        )
        connection.execute(f"CREATE OR REPLACE TEMP VIEW shown_cells AS {shown}")
        counted = [name for table in tables for name in table.names("counted")]
        found = connection.execute(
            Path(__file__).with_suffix(".sql").read_text("utf-8"),
            {
                "firms": rules.firms,
                "share": rules.interval_share,
                "counted": counted,
                "edition": edition,
            },
        ).fetchall()
        connection.execute("DROP VIEW shown_cells")
    finally:
        connection.execute("DETACH shown")
        connection.unregister("in_force")
    if found:
        raise NotProtected(f"{len(found)}: {' '.join(map(str, found[0]))}")
