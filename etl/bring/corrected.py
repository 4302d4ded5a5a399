"""Rows to correct that come back through the door, as the quality page gave them or as a
spreadsheet saved them, under any name and without their sidecar.

Their column of reasons tells what they are. Which drop they correct is said by their sidecar where
one came along, and else has to be certain: its columns are theirs, it refused every line that they
tell, and what stood in these rows stands there still, but for what was corrected. Where several
drops fit, or none does for certain, the founder is asked.
"""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import duckdb
import pandas as pd

from etl import layers
from etl.bring import placing
from etl.bring.folders import Folders
from etl.build import warehouse
from etl.intake import archives, corrections, drops, opening, sidecar, workbook
from etl.intake import text as texts
from etl.intake.contract import quote
from etl.intake.sidecar import Sidecar
from etl.intake.text import fold_name
from etl.problems import Told

HERE = Path(__file__).parent
FOLDER = "corrections"  # beside an archive: what it holds, each file in a folder of its own
ENDINGS = (*drops.TEXT_ENDINGS, ".xlsx")
MARKS = (b"maillage", b"refused_reason", b"raison_du_refus")  # in the head of every such text
LARGEST = 500 * 2**20  # bytes of all that an archive holds


@dataclass(frozen=True)
class Target:
    """A drop that rows may correct; `name` and `sidecar` are what to place them with."""

    source: str
    file: str
    as_of: date
    name: str
    sidecar: str


@dataclass(frozen=True)
class Correction:
    """A file of rows to correct. rows: those with a line; changed: those that are no longer as
    they were refused; targets: what they may correct, the founder is to say which unless it is
    certain."""

    file: Path
    rows: int
    changed: int
    targets: tuple[Target, ...]
    is_certain: bool


@dataclass(frozen=True)
class _Rows:
    """A table with reasons: its own columns, and the sidecar that came with it."""

    file: Path
    columns: list[str]
    said: dict[str, Any] = field(default_factory=dict)


def recognise(path: Path, folders: Folders) -> list[Correction] | None:
    """What of a file that was sent is rows to correct; None where nothing is.

    Raises Told for an archive that holds no such rows, or others beside them, and for rows that no
    drop of the served build has refused. What an archive holds is laid out beside it.
    """
    is_archive = archives.is_archive(path)
    if not is_archive and not _may_be(path):
        return None
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        found = list(_tables(path, Path(scratch)) if is_archive else _table(path, Path(scratch)))
        if not found:
            return None
        with _Served(folders) as served:
            given = [served.correction(rows, Path(scratch)) for rows in found]
    return _once(given)


def _may_be(path: Path) -> bool:
    """Whether the head of a file names a column of reasons; only then is it read."""
    name = path.name.lower()
    if name.endswith(".xlsx"):
        return True
    if not name.endswith(drops.TEXT_ENDINGS):
        return False
    head = texts.first_bytes(path).replace(b"\0", b"").lower()
    return any(mark in head for mark in MARKS)


def _table(path: Path, scratch: Path) -> Iterator[_Rows]:
    """The table of a file, where it has a column of reasons."""
    columns = _columns(path, scratch)
    if added := corrections.reason_columns(columns):
        beside = sidecar.beside(path)
        own = [column for place, column in enumerate(columns) if place not in added]
        yield _Rows(path, own, sidecar.parsed(beside) if beside else {})


def _columns(path: Path, scratch: Path) -> list[str]:
    if path.suffix.lower() == ".xlsx":
        first = next(iter(workbook.heads(path, 1).values()), [])
        return [" ".join(name.split()) for _, row in first for name in row]
    return drops.opened(path, scratch, Sidecar(), {*corrections.REASON.values()})[2]


def _tables(path: Path, scratch: Path) -> list[_Rows]:
    """The tables of an archive. Raises Told unless they are rows to correct, all of them."""
    folder = _laid_out(path)
    found: list[_Rows] = []
    others: list[str] = []
    for one in sorted(folder.glob("*/*")):
        if one.suffix == ".toml":
            continue
        rows = list(_table(one, scratch)) if one.suffix.lower() in ENDINGS else []
        found += rows
        others += [] if rows else [one.name]
    if not found:
        shutil.rmtree(folder)
        raise Told("bring_archive", name=path.name)
    if others:
        shutil.rmtree(folder)
        raise Told("bring_archive_mixed", name=path.name, found=", ".join(others))
    return found


def _laid_out(path: Path) -> Path:
    """What an archive holds, each file with its sidecar in a folder of its own; made once.

    Raises FileProblem where it is damaged, Told where it holds too much.
    """
    folder = path.parent / FOLDER
    if folder.exists():
        return folder
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        if _size(path) > LARGEST:
            raise Told("bring_archive_large", name=path.name, most=LARGEST // 2**20)
        inside = archives.unpacked(path, Path(scratch))
        fresh = Path(scratch) / FOLDER
        for number, one in enumerate(drops.find(inside), 1):
            own = fresh / f"{number:03}"
            own.mkdir(parents=True)
            if beside := sidecar.beside(one):
                shutil.copy(beside, own / f"{one.name}.toml")
            one.rename(own / one.name)
        fresh.mkdir(exist_ok=True)
        fresh.rename(folder)
    return folder


def _size(path: Path) -> int:
    """The bytes of all that an archive holds; none of one that is damaged, which its unpacking
    tells."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist())
    except archives.DAMAGED:
        return 0


class _Served:
    """The refused rows of the served build."""

    def __init__(self, folders: Folders) -> None:
        served = warehouse.served_build(folders.warehouse)
        if served is None:
            raise Told("bring_corrects_none")
        self.connection = warehouse.open_build((folders.warehouse / warehouse.CURRENT).resolve())
        files = self.asked("refused_files").astype(object)
        names = list(map(str, files))
        self.files = [dict(zip(names, row, strict=True)) for row in files.itertuples(index=False)]

    def __enter__(self) -> _Served:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def asked(self, name: str, **values: object) -> pd.DataFrame:
        """The answer of one of the questions beside this file."""
        sql = layers.read_sql(HERE / f"{name}.sql").body
        with self.connection.cursor() as cursor:
            return cursor.execute(sql, values).df()

    def correction(self, rows: _Rows, scratch: Path) -> Correction:
        """What a table corrects. Raises Told where no file has refused its rows."""
        said = rows.said.get("corrects")
        fitting = [
            file
            for file in self.files
            if (file["content_hash"] == said if said else _is_head_of(rows, file))
        ]
        if not fitting:
            raise Told("bring_corrects_none", name=rows.file.name)
        with duckdb.connect(config=opening.bounds(scratch)) as con:
            given = _given(con, rows.file, scratch)
            ids = [int(file["file_id"]) for file in fitting]
            con.register("refused", self.asked("refused", files=ids))
            con.execute((HERE / "same_cells.sql").read_text("utf-8"))
            found = con.execute(layers.read_sql(HERE / "agreeing.sql").body).fetchall()
        by_id = {file_id: rest for file_id, *rest in found}
        if said:  # named by its bytes
            return _correction(rows, given, fitting, by_id, is_certain=len(fitting) == 1)
        listed = [file for file in fitting if file["file_id"] in by_id] if given else []
        agreeing = [
            file for file in listed if 2 * by_id[file["file_id"]][1] >= by_id[file["file_id"]][0]
        ]
        if not listed:
            raise Told("bring_corrects_none", name=rows.file.name)
        is_certain = len(agreeing) == 1
        return _correction(rows, given, agreeing or listed, by_id, is_certain=is_certain)


def _is_head_of(rows: _Rows, file: dict[str, Any]) -> bool:
    """Whether a table has the columns of a file, in whichever order."""
    mine = sorted(map(_plain, filter(None, rows.columns)))
    return mine == sorted(map(_plain, file["columns"]))


def _plain(column: str) -> str:
    return " ".join(column.removeprefix("'").split())


def _given(con: duckdb.DuckDBPyConnection, path: Path, scratch: Path) -> int:
    """Makes the table `given` (turn, line, cells) of the rows that tell a line; how many."""
    raw = drops.load(con, path, scratch, Sidecar(), {*map(fold_name, corrections.REASON.values())})
    added = corrections.reason_columns(raw.columns)
    cells = ", ".join(
        f"{quote(column)}, c{place}"
        for place, column in enumerate(raw.columns)
        if place not in added and column
    )
    con.execute(
        f"CREATE TABLE given AS SELECT line AS turn, {corrections.line_sql(raw.columns)} AS line,"
        f" json_object({cells}) AS cells FROM raw"
    )
    con.execute("DELETE FROM given WHERE line IS NULL")
    ((rows,),) = con.execute("SELECT count(*) FROM given").fetchall()
    return int(rows)


def _correction(
    rows: _Rows,
    given: int,
    files: Sequence[dict[str, Any]],
    found: dict[int, list[int]],
    *,
    is_certain: bool,
) -> Correction:
    changed = max((found[f["file_id"]][2] for f in files if f["file_id"] in found), default=0)
    targets = tuple(_target(rows.file, file) for file in files)
    return Correction(rows.file, given, changed, targets, is_certain)


def _target(path: Path, file: dict[str, Any]) -> Target:
    name = path.name
    if file["last"] and f"{file['source']}/{name}" <= file["last"]:
        # of two corrections of a file the one whose name comes last counts
        stem = PurePosixPath(file["last"].removeprefix(f"{file['source']}/")).parts[0]
        name = f"{placing.cut(stem)[0]}_{path.suffix.lower()}"
    text = corrections.sidecar_text(file["as_of"], file["content_hash"], file["verbs"])
    return Target(file["source"], file["file"], date.fromisoformat(file["as_of"]), name, text)


def _once(given: list[Correction]) -> list[Correction]:
    """Of a download and what a spreadsheet saved of it in one archive, the one with changes.

    Raises Told where both have some.
    """
    result: list[Correction] = []
    for one in given:
        same = [other for other in given if _is_twin(one, other)]
        changed = [other for other in same if other.changed] or same[:1]
        if len(changed) > 1:
            raise Told("bring_corrected_twice", found=", ".join(o.file.name for o in changed))
        if one is changed[0]:
            result.append(one)
    return result


def _is_twin(one: Correction, other: Correction) -> bool:
    """Whether two files are corrections of the same rows."""
    files = [[target.file for target in each.targets] for each in (one, other)]
    is_told = one.is_certain or one.file.stem == other.file.stem
    return files[0] == files[1] and is_told
