"""The connection that files are read through: bounded in memory, with macros and lookup tables."""

import os
from pathlib import Path

import duckdb

from etl import paths
from etl.intake import contract as contracts

HERE = Path(__file__).parent
TABLES = (
    "domains",
    "domain_aliases",
    "regions",
    "departements",
    "communes",
    "commune_aliases",
    "postcodes",
    "place_names",
    "foreign_names",
    "legal_forms",
)
NAME_KINDS = ("official", "delegated", "former")  # of place_names: rows of other kinds are not read
# Of DuckDB alone, which spills beyond it; with Python and its own buffers intake stays below 2 GB
MEMORY_LIMIT = 1024**3
DEAD = (duckdb.FatalException, duckdb.InternalException)  # faults of DuckDB, which end its database


def within(most: int) -> int:
    """So many bytes of memory, or half of the machine's where it has less than twice that."""
    return min(most, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)


def bounds(
    scratch: Path, most: int = MEMORY_LIMIT
) -> dict[str, str | bool | int | float | list[str]]:
    """The settings of a connection that takes no more memory than it may: it spills to disk."""
    memory = f"{within(most) // 1024**2}MiB"
    return {"memory_limit": memory, "temp_directory": str(scratch / "spill")}


def add_macros(con: duckdb.DuckDBPyConnection) -> None:
    """How single values are read: they ask no table."""
    con.execute(paths.MACROS.read_text("utf-8"))
    for script in ("reading.sql", "verbs.sql"):
        con.execute((HERE / script).read_text(encoding="utf-8"))


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the macros and the lookup tables, bounded in memory."""
    con = duckdb.connect(config=bounds(scratch))
    con.execute("SET enable_progress_bar = false")
    add_macros(con)
    con.execute("CREATE SCHEMA reference")
    for table in TABLES:
        con.execute(
            f"CREATE TABLE reference.{table} AS SELECT * FROM reference_file("
            f"{contracts.quote(paths.REFERENCE / (table + '.csv'))})"
        )
    con.execute(
        "DELETE FROM reference.place_names WHERE NOT list_contains($kinds, kind)",
        {"kinds": list(NAME_KINDS)},
    )
    for script in ("lookups.sql", "place_lookups.sql"):
        con.execute((HERE / script).read_text(encoding="utf-8"))
    return con


def is_alive(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether none of `DEAD` has ended it."""
    try:
        con.execute("SELECT 1")
    except DEAD:
        return False
    return True
