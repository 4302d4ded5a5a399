"""A process of its own that builds: python -m tests.same_bytes THREADS RAW FOLDER.

FOLDER then holds warehouse/ and lookups.duckdb, what intake looks words and places up in.
"""

import sys
from pathlib import Path
from typing import Any

import duckdb

from etl.build import make
from etl.intake import opening

_connect = duckdb.connect


def connect(*arguments: Any, **options: Any) -> duckdb.DuckDBPyConnection:
    """A connection that shares its work among as many threads as asked for."""
    connection = _connect(*arguments, **options)
    connection.execute(f"SET threads = {int(sys.argv[1])}")
    return connection


def main() -> None:
    raw, folder = Path(sys.argv[2]), Path(sys.argv[3])
    duckdb.connect = connect
    assert make.build(raw, folder / "warehouse").is_published
    lookups = opening.connect(folder)
    lookups.execute(f"ATTACH '{folder}/lookups.duckdb' AS copied")
    for schema, table in lookups.execute(
        "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'memory'"
    ).fetchall():
        lookups.execute(f"CREATE SCHEMA IF NOT EXISTS copied.{schema}")
        lookups.execute(f"CREATE TABLE copied.{schema}.{table} AS FROM memory.{schema}.{table}")
    lookups.close()


if __name__ == "__main__":
    main()
