"""What a build holds, as one hash a table, and whether a build on disk still holds it.

The hash of a table is that of its columns, of their types, and of the number and the sum of the
hashes of its rows: the order of rows does not change it, but a row changed, lost or doubled does.
"""

import hashlib
import json
import re
from pathlib import Path

import duckdb

from etl.build import warehouse
from etl.intake import contract

DATABASES = (warehouse.DATABASE, warehouse.PARTNERS)
# DuckDB hashes an empty list as it does NULL, and lists of lists as one list
PLAIN_LIST = re.compile(r"[A-Z]+(\(\d+,\d+\))?\[\]")


def hashes(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The hash of each table and view of the database that is in use, by `schema.name`.

    Of a view it is that of its text: what it shows follows from the tables.
    """
    found = {
        table: _digest([columns, *_rows(connection, table, columns)])
        for table, columns in _tables(connection).items()
    }
    views = connection.execute(
        "SELECT schema_name || '.' || view_name, sql FROM duckdb_views()"
        " WHERE NOT internal AND NOT temporary AND database_name = current_database()"
    ).fetchall()
    return dict(sorted((found | {view: _digest(sql) for view, sql in views}).items()))


def of_folder(folder: Path, connection: duckdb.DuckDBPyConnection) -> dict[str, object]:
    """What the manifest of a build that is being made says of its contents: the hashes of each
    database of its folder, the first through the connection that made it, and the engine's version,
    without which they mean nothing."""
    tables = {warehouse.DATABASE: hashes(connection)}
    if (folder / warehouse.PARTNERS).exists():
        with duckdb.connect(str(folder / warehouse.PARTNERS), read_only=True) as partners:
            tables[warehouse.PARTNERS] = hashes(partners)
    return {"engine": f"duckdb {duckdb.__version__}", "tables": tables}


def verify(folder: Path, build_id: str) -> dict[str, object]:
    """Whether a build of this warehouse holds what its manifest says.

    state: same, differs, unknown (made before hashes were kept) or other_engine (their version of
    DuckDB is another, whose hashes cannot be compared); differs: each database, table and what is
    the matter with it: changed, missing, added or unreadable (table '' is the whole database).
    """
    stated = warehouse.manifest(folder, build_id).get("contents", {})
    if not {"engine", "tables"} <= stated.keys():
        return {"state": "unknown", "differs": []}
    if stated["engine"] != f"duckdb {duckdb.__version__}":
        return {"state": "other_engine", "differs": []}
    differs = [
        {"database": database, "table": table, "what": what}
        for database in DATABASES
        for table, what in _compared(
            warehouse.build_folder(folder, build_id) / database, stated["tables"].get(database)
        )
    ]
    return {"state": "differs" if differs else "same", "differs": differs}


def damaged(folder: Path) -> list[str]:
    """The builds of a warehouse that no longer hold what their manifests say."""
    return [one for one in warehouse.build_ids(folder) if verify(folder, one)["differs"]]


def _compared(path: Path, stated: dict[str, str] | None) -> list[tuple[str, str]]:
    """The tables of a database that are not as stated (None: there was none), and what is the
    matter with them."""
    if stated is None or not path.exists():
        whole = "added" if path.exists() else "missing" if stated else ""
        return [("", whole)] if whole else []
    try:
        with warehouse.open_build(path.parent, path.name) as connection:
            found = hashes(connection)
    except duckdb.Error:
        return [("", "unreadable")]
    return [
        (table, "missing" if table not in found else "changed" if table in stated else "added")
        for table in sorted(stated.keys() | found.keys())
        if stated.get(table) != found.get(table)
    ]


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, str]]]:
    """The columns and types of each table, by its name."""
    rows = connection.execute(
        "SELECT tables.schema_name || '.' || tables.table_name, columns.column_name,"
        " columns.data_type"
        " FROM duckdb_tables() AS tables INNER JOIN duckdb_columns() AS columns USING (table_oid)"
        " WHERE NOT tables.temporary AND tables.database_name = current_database()"
        " AND columns.database_name = current_database()"
        " ORDER BY ALL"
    ).fetchall()
    tables: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in rows:
        tables.setdefault(table, []).append((column, kind))
    return tables


def _rows(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str]]
) -> tuple[int, int]:
    """The number of rows, and the sum of their hashes: in a plain sum, unlike in one of bits that
    cancel each other, two rows alike count twice."""
    parts = ", ".join(_part(contract.name(column), kind) for column, kind in columns)
    quoted = ".".join(map(contract.name, table.split(".", 1)))
    (counted,) = connection.execute(
        f"SELECT count(*), coalesce(sum(hash({parts})), 0) FROM {quoted}"
    ).fetchall()
    return counted


def _part(column: str, kind: str) -> str:
    """What is hashed of a column."""
    if PLAIN_LIST.fullmatch(kind):
        return f"{column}, len({column})"
    is_nested = "[" in kind or kind.startswith(("STRUCT", "MAP", "UNION"))
    return f"{column}, CAST({column} AS VARCHAR)" if is_nested else column


def _digest(what: object) -> str:
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()[:32]
