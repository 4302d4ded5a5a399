"""Small files of one shape, typed together: to plan the dear statements takes half a second,
whatever the rows.

Meanwhile the lines of the nth file stand n * APART higher. What is typed is cut into files again
before anything is judged or told of one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.intake.archives import Found
from etl.intake.contract import Contract
from etl.intake.drops import Raw
from etl.intake.looked_up import APART
from etl.intake.mapping import Mapping
from etl.intake.read_rows import Validation
from etl.intake.sidecar import Sidecar
from etl.problems import FileProblem

BYTES = 32 * 1024 * 1024  # of one file
ROWS = 300_000  # of all, but for those of the last
SCHEMA = "together"

Seen = tuple[tuple[int, ...], ...]  # what tells a file and its sidecar from other versions of them


class Prepared(NamedTuple):
    """A file as the tables `raw` and `malformed`, and how its columns fill the contract."""

    contract: Contract
    verbs: Sidecar
    raw: Raw
    plan: Mapping
    filtered: int
    unknown_columns: list[str] | None


@dataclass(frozen=True)
class Loaded:
    """A prepared file, as it was seen before, whose tables stand in a schema of its own of a
    connection; whether its rows are typed, with those of the others."""

    path: Path
    prepared: Prepared
    before: Seen
    place: int
    con: duckdb.DuckDBPyConnection
    is_typed: bool = False


def seen(path: Path, beside: Path | None) -> Seen:
    """What tells a file, or those of a folder, and its sidecar from another version of them."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    found = []
    for each in [*files, *filter(None, [beside])]:
        with contextlib.suppress(OSError):
            told = each.stat()
            found.append((told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns))
    return tuple(found)


def schema(place: int) -> str:
    return f"file_{place}"


def use(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Makes a schema anew and works in it."""
    con.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}; USE {name}")
    con.execute(f"SET search_path = '{name},main'")


def is_small(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= BYTES


def is_alike(one: Prepared, other: Prepared) -> bool:
    """Whether the rows of two files are typed by the same words, each row by itself."""
    told = ("as_of", "mode", "synthetic", "confirmed", "turn")
    plain = Sidecar()
    verbs, others = (
        replace(file.verbs, **{name: getattr(plain, name) for name in told})
        for file in (one, other)
    )
    is_by_row = not (verbs.key or verbs.flags or verbs.unpivot or verbs.corrects)
    same = (one.contract.name, one.raw.columns, one.plan, verbs)
    return is_by_row and same == (other.contract.name, other.raw.columns, other.plan, others)


def first_alike(
    files: Sequence[Found], load: Callable[[Found, int], Loaded | None]
) -> tuple[int, list[Loaded], list[Loaded]]:
    """How many of the files were looked at; those of them that are small and of one shape, of one
    source; and the one of another shape that ends them. `load` is called with a file and its
    place, and may raise."""
    looked = 0
    alike: list[Loaded] = []
    other: list[Loaded] = []
    for looked, one in enumerate(files, 1):
        loaded = None
        with contextlib.suppress(FileProblem, OSError, duckdb.Error):
            loaded = load(one, len(alike))
        if loaded and alike and not is_alike(loaded.prepared, alike[0].prepared):
            other = [loaded]
            break
        alike += [loaded] if loaded else []
        rows = sum(file.prepared.raw.rows for file in alike)
        following = files[looked] if looked < len(files) else None
        if not following or following.source != one.source or rows > ROWS:
            break
    return looked, alike, other


def type_rows(con: duckdb.DuckDBPyConnection, files: Sequence[Loaded]) -> list[Loaded]:
    """Fills `texts` and `typed` of all files, in a schema of theirs."""
    use(con, SCHEMA)
    rows = " UNION ALL ".join(
        f"SELECT * REPLACE (line + {file.place * APART} AS line) FROM {schema(file.place)}.raw"
        for file in files
    )
    con.execute(f"CREATE VIEW raw AS {rows}")
    contract, verbs, _, plan, *_ = files[0].prepared
    Validation(con, contract, plan, verbs).type_rows()
    return [replace(file, is_typed=True) for file in files]


def enter(con: duckdb.DuckDBPyConnection, file: Loaded) -> None:
    """Works in the schema of a file; where its rows are typed, cuts them from those of all."""
    if file.place:  # the one before it has been read
        con.execute(f"DROP SCHEMA IF EXISTS {schema(file.place - 1)} CASCADE")
    con.execute(f"SET search_path = '{schema(file.place)},main'")
    if not file.is_typed:
        return
    first = file.place * APART
    for kind, table in (("VIEW", "texts"), ("TABLE", "typed")):
        con.execute(
            f"CREATE {kind} {table} AS SELECT * REPLACE (rid - {first} AS rid, line - {first}"
            f" AS line) FROM {SCHEMA}.{table} WHERE rid BETWEEN {first} AND {first + APART - 1}"
        )
