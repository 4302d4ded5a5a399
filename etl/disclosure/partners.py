"""partners.duckdb: a new database into which the written list is copied, and nothing else.

No row is ever deleted in it: what partners may not see has never been in the file, so that no
free page of it can keep what was taken out.
"""

from pathlib import Path

import duckdb

from etl.disclosure.published_tables import KEYS, Table

FILE = "partners.duckdb"
# What pages need to name things; nothing that speaks of a single provider or client.
REFERENCE = (
    "domains", "families", "domain_scopes", "scopes", "regions", "departements", "settings",
    "cooperative_series",
)  # fmt: skip
CELL = ", ".join(f"cells.{key}" for key in KEYS)


def state_all(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
    """The list in the founders' build, schema published: nothing is withheld."""
    connection.execute("CREATE SCHEMA published")
    for table in tables:
        if table.protects == "nothing":
            connection.execute(f"CREATE TABLE published.{table.name} AS {_open(table, None)}")
        else:
            connection.execute(
                f"CREATE TABLE published.{table.name} AS SELECT {CELL}, value, contributors,"
                " 'shown' AS status, CAST(NULL AS VARCHAR) AS reason"
                f" FROM cells WHERE table_name = '{table.name}' ORDER BY cell"
            )


def write(connection: duckdb.DuckDBPyConnection, path: Path, tables: list[Table]) -> None:
    """Makes the file from the temporary tables cells and decided, the open tables and labels."""
    connection.execute(f"ATTACH '{path}' AS partners")
    try:
        connection.execute(
            "CREATE SCHEMA partners.published; CREATE SCHEMA partners.reference;"
            "CREATE SCHEMA partners.quality"
        )
        for table in tables:
            if table.protects == "nothing":
                below = _figures(connection, table) if table.withheld_below else None
                source = _open(table, below).replace(f"({table.body})", f"published.{table.name}")
                connection.execute(f"CREATE TABLE partners.published.{table.name} AS {source}")
            else:
                connection.execute(
                    f"CREATE TABLE partners.published.{table.name} AS SELECT {CELL},"
                    " CASE WHEN decided.status = 'shown' THEN value END AS value,"
                    " CASE WHEN decided.status = 'shown' THEN contributors END AS contributors,"
                    " decided.status, decided.reason"
                    " FROM cells INNER JOIN decided ON cells.cell = decided.cell"
                    f" WHERE table_name = '{table.name}' ORDER BY cells.cell"
                )
        for name in REFERENCE:
            connection.execute(
                f"CREATE TABLE partners.reference.{name} AS SELECT * FROM reference.{name}"
            )
        connection.execute(
            "CREATE TABLE partners.reference.territories AS SELECT * FROM reference.territories"
            " WHERE level IN ('country', 'region', 'departement')"
        )
        connection.execute("CREATE TABLE partners.quality.build AS SELECT * FROM quality.build")
        connection.execute("CHECKPOINT partners")
    finally:
        connection.execute("DETACH partners")


def _figures(connection: duckdb.DuckDBPyConnection, table: Table) -> list[str]:
    """The columns of an open table that are figures: all but words and dates."""
    described = connection.execute(f"DESCRIBE published.{table.name}").fetchall()
    return [name for name, kind, *_ in described if kind not in ("VARCHAR", "DATE", "BOOLEAN")]


def _open(table: Table, figures: list[str] | None) -> str:
    """The SELECT of a table that is open to all, whose small rows lose these figures."""
    if table.withheld_below is None:
        return f"SELECT * FROM ({table.body})"
    if figures is None:
        return f"SELECT *, 'shown' AS status, CAST(NULL AS VARCHAR) AS reason FROM ({table.body})"
    is_few = f"contributors < {table.withheld_below}"
    replaced = ", ".join(f"CASE WHEN NOT {is_few} THEN {name} END AS {name}" for name in figures)
    return (
        f"SELECT * REPLACE ({replaced}, CASE WHEN {is_few} THEN 'withheld' ELSE 'shown' END"
        f" AS status, CASE WHEN {is_few} THEN 'few' END AS reason) FROM ({table.body})"
    )
