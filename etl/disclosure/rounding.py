"""Numbers of persons: never withheld, but rounded by a key that nobody has.

A number gets its random part from the sum of the keys of the persons in it (a cell key): the same
persons are rounded alike in every table and edition, so nothing is won by asking again.
"""

import hashlib
from pathlib import Path

import duckdb

from etl.disclosure.published_tables import CELL, DisclosureError, Table

BLOCK = 64  # bytes, of SHA-256
# The sample has no persons: it is rounded alike everywhere.
SAMPLE_KEY = hashlib.sha256(b"an invented marketplace").digest()


def prepare(connection: duckdb.DuckDBPyConnection, key: bytes) -> None:
    """Gives the connection the macros of rounding.sql. The key stands in its memory alone."""
    padded = key.ljust(BLOCK, b"\0")
    for name, byte in (("inner_pad", 0x36), ("outer_pad", 0x5C)):
        value = bytes(one ^ byte for one in padded)
        connection.execute(f"SET VARIABLE {name} = $value", {"value": value})
    connection.execute(Path(__file__).with_suffix(".sql").read_text("utf-8"))


def load(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> None:
    """Fills the temporary tables counted_<name>: the cell, number, key, is_hidden (where a number
    of persons would tell of a firm)."""
    for table in tables:
        connection.execute(
            f"CREATE TEMP TABLE counted_{table.name} AS SELECT * FROM ({table.body}) ORDER BY ALL"
        )
        described = connection.execute(f"DESCRIBE counted_{table.name}").fetchall()
        columns = [row[0] for row in described]
        if "is_hidden" not in columns:
            connection.execute(f"ALTER TABLE counted_{table.name} ADD COLUMN is_hidden BOOLEAN")
        if missing := {*CELL, "number", "key"} - set(columns):
            raise DisclosureError(f"{table.name}: it lacks {', '.join(sorted(missing))}")
