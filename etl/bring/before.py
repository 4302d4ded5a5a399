"""How a file of the same columns was read before: one that was brought, or one beside which
somebody wrote a sidecar."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb

from etl.bring import aliases, history, looking, sampling
from etl.bring.folders import Folders
from etl.intake import contract as contracts
from etl.intake import drops, sidecar, sidecar_reader
from etl.intake.text import fold_name
from etl.problems import FileProblem

REMEMBERED = 500  # headers of files that were read for it


@dataclass(frozen=True)
class Before:
    """How a file of the same columns was read: the source, the drop below raw, what its sidecar
    says, and the columns that were stored where not all were."""

    source: str
    file: str
    said: dict[str, Any]
    used: tuple[str, ...]


def header_of(columns: Sequence[str]) -> str:
    """Stands for the names of columns, in their order; dress aside."""
    return hashlib.sha256("\n".join(map(fold_name, columns)).encode()).hexdigest()


def read_before(places: Folders, columns: Sequence[str]) -> Before | None:
    """How a file of the same columns was read when it was brought last, else by the newest sidecar
    beside such a file; None where none stands any more, or its sidecar is no TOML by now."""
    header = header_of(columns)
    for one in history.standing(places):
        drop = places.raw / one["file"]
        beside = drop.with_name(f"{drop.name}.toml")
        if one["is_there"] and one.get("header") == header and beside.is_file():
            said = sidecar.parsed(beside)
            if said or not beside.read_bytes().strip():
                return Before(one["source"], one["file"], said, _columns_of(drop))
    names = frozenset(map(fold_name, columns))
    for source, drop, beside in _with_sidecars(places):
        stood = beside.stat()
        said, text = _read(beside, stood.st_mtime_ns, stood.st_size)
        if not said or "corrects" in said:
            continue
        changed = drop.stat().st_mtime_ns
        if _header(source, drop, changed, text, names) == header:
            return Before(source, drop.relative_to(places.raw).as_posix(), said, ())
    return None


def _with_sidecars(places: Folders) -> Iterator[tuple[str, Path, Path]]:
    """The drops beside which a sidecar stands, the newest first, each with its source."""
    found = []
    for drop in drops.find(places.raw):
        source = drop.relative_to(places.raw).parts[0]
        beside = sidecar.beside(drop)
        if beside and source in contracts.sources():
            found.append((drop.stat().st_mtime_ns, source, drop, beside))
    for _moment, source, drop, beside in sorted(found, reverse=True):
        yield source, drop, beside


@lru_cache(REMEMBERED)
def _read(beside: Path, changed: int, size: int) -> tuple[dict[str, Any], bytes]:
    """What a sidecar says, and its bytes; once for each state of it."""
    return sidecar.parsed(beside), beside.read_bytes()


@lru_cache(REMEMBERED)
def _header(source: str, drop: Path, changed: int, text: bytes, names: frozenset[str]) -> str:
    """Stands for the columns of a drop as its sidecar reads it; "" where that names others than
    these, or it cannot be read."""
    contract = contracts.load(source)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        beside = folder / "sidecar.toml"
        beside.write_bytes(text)
        try:
            verbs = sidecar_reader.read(beside, contract.names, contract.lists)
            if not {fold_name(column) for _, column in verbs.columns()} <= names:
                return ""
            sample = sampling.of(drop, folder)
            with looking.connected(folder) as con:
                raw = drops.load(con, sample.path, folder, verbs, aliases.known_names())
            return header_of(raw.columns)
        except (FileProblem, duckdb.Error, OSError):
            return ""


def _columns_of(drop: Path) -> tuple[str, ...]:
    """The columns of a drop of Parquet; none of another."""
    if drop.suffix != ".parquet":
        return ()
    with duckdb.connect() as con:
        rows = con.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(drop)]).fetchall()
    return tuple(row[0] for row in rows)
