"""Targets and events as rows to edit: those in force, and a drop of what they have become.

The drop is the complete list (a snapshot): a row that is no longer in it has ended, whichever file
it came from. It is dated as the figures in use, so that no period moves, and bears the last turn
among the files of its day. Rows of the invented sample are nobody's to take over.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from etl import layers
from etl.bring.folders import Folders
from etl.build import warehouse
from etl.intake import contract, drops, sidecar, told
from etl.intake.lake import Reader
from etl.problems import FileProblem

HERE = Path(__file__).parent
SOURCES = ("targets", "events")


@dataclass(frozen=True)
class Known:
    """The rows in force in the columns of the contract, with `file` and `line`; and those that name
    a domain or a territory that nobody knows: they count nowhere."""

    rows: pd.DataFrame
    unknown: pd.DataFrame


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row, counted from 0; of a file as a whole the row is None."""

    row: int | None
    code: str
    column: str | None
    arguments: str | None
    is_refused: bool


@dataclass(frozen=True)
class Changes:
    """How many rows a list adds to those known, says otherwise, and no longer holds."""

    added: int
    changed: int
    removed: int


def has_own(folders: Folders) -> bool:
    """Whether the figures in use are made of any file that is not invented."""
    build = warehouse.served_build(folders.warehouse)
    return bool(build and len(_asked(folders, "own_files")))


def read(folders: Folders, source: str) -> Known:
    """The rows of "targets" or "events" that the served build knows."""
    found = _asked(folders, f"known_{source}")
    is_unknown = found.pop("is_unknown").astype(bool)
    split = [part.reset_index(drop=True) for part in (found[~is_unknown], found[is_unknown])]
    return Known(*split)


def _asked(folders: Folders, name: str) -> pd.DataFrame:
    sql = layers.read_sql(HERE / f"{name}.sql").body
    place = (folders.warehouse / warehouse.CURRENT).resolve()
    with warehouse.open_build(place) as connection, connection.cursor() as cursor:
        return cursor.execute(sql).df()


def text(source: str, rows: pd.DataFrame) -> str:
    """The rows as the CSV of a drop, in their order; columns as in the contract."""
    table = rows.reindex(columns=contract.load(source).names)
    written: str = table.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    return written


def findings(source: str, written: str) -> list[Finding]:
    """What a build would refuse or repair of the text of a drop; nothing is kept."""
    with tempfile.TemporaryDirectory() as folder:
        lake = Path(folder) / "lake"
        lake.mkdir()
        path = Path(folder) / f"{source}-2000-01-01.csv"  # any day: none is judged by it
        path.write_text(written, encoding="utf-8")
        try:
            drop = Reader(lake).drop(path, source, f"{source}/{path.name}", lake)
        except FileProblem as problem:
            return [Finding(None, problem.code, problem.column, None, True)]
        found = [
            _finding(row, is_refused=name == "refused")
            for name in ("refused", "repaired")
            for row in told.each(drop.folder, name)
        ]
    return sorted(found, key=lambda one: (one.row or 0, one.column or ""))


def _finding(row: dict[str, Any], *, is_refused: bool) -> Finding:
    of = (row["reason_code"], row["column_name"], row["arguments"])
    return Finding(row["line"] - 2, *of, is_refused)  # the header is line 1


def changes(source: str, known: pd.DataFrame, rows: pd.DataFrame) -> Changes:
    """What becomes of the rows known when a list takes their place."""
    key = list(contract.load(source).key)
    before, after = _by_key(source, known, key), _by_key(source, rows, key)
    shared = before.keys() & after.keys()
    changed = sum(before[one] != after[one] for one in shared)
    return Changes(len(after) - len(shared), changed, len(before) - len(shared))


def _by_key(source: str, rows: pd.DataFrame, key: Sequence[str]) -> dict[Any, Any]:
    """The rows as they would be written, by their key."""
    names = contract.load(source).names
    table = rows.reindex(columns=names).astype(object).where(rows.reindex(columns=names).notna())
    table = table.map(lambda cell: "" if pd.isna(cell) else str(cell).removesuffix(" 00:00:00"))
    place = [names.index(name) for name in key]
    return {tuple(row[i] for i in place): row for row in table.itertuples(index=False, name=None)}


def name(folders: Folders, source: str) -> str:
    """What the drop is to be called."""
    return f"{source}-{_as_of(folders)}.csv"


def sidecar_text(folders: Folders, source: str, *, is_confirmed: bool = False) -> str:
    """The sidecar of the drop. is_confirmed: that so many rows end was meant."""
    confirmed = "confirmed = true\n" if is_confirmed else ""
    day = _as_of(folders)
    return f'mode = "snapshot"\nas_of = {day}\nturn = {_turn(folders, source, day)}\n{confirmed}'


def _as_of(folders: Folders) -> str:
    """The day of the figures in use."""
    build = warehouse.served_build(folders.warehouse)
    assert build is not None, "no page is shown without a build"
    day: str = warehouse.manifest(folders.warehouse, build)["as_of"]
    return day


def _turn(folders: Folders, source: str, day: str) -> int:
    """One more than the highest that a file of the source bears for a day."""
    folder = folders.raw / source
    found = [sidecar.beside(path) for path in drops.find(folder)] if folder.is_dir() else []
    said = [sidecar.parsed(path) for path in found if path]
    turns = [one.get("turn") for one in said if str(one.get("as_of")) == day]
    return 1 + max((turn for turn in turns if isinstance(turn, int)), default=0)
