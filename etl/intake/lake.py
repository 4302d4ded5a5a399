"""The lake: the rows of every drop that could be used, as Parquet, by the hash of what made them.

A drop that lies in the lake under its key is not read again. A folder appears whole or not at all.
"""

from __future__ import annotations

import contextlib
import csv
import functools
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb

from etl import disk, faults, paths
from etl.intake import (
    archives,
    corrections,
    dating,
    drops,
    entities,
    explain,
    kinds,
    mapping,
    opening,
    order,
    sidecar,
    sidecar_lines,
    sidecar_reader,
    sirene,
    together,
    workbook,
)
from etl.intake import contract as contracts
from etl.intake.lake_drop import Drop
from etl.intake.profile import Profile
from etl.intake.read_rows import Validation
from etl.intake.refusals import Findings
from etl.intake.together import Loaded, Prepared, Seen, seen
from etl.problems import FileProblem, InputErrors, shown

# What decides how a file is read: a change to any of it reads every drop again. A contract counts
# for its own drops only.
READ = ("intake", "disk.py", "faults.py", "paths.py", "problems.py", "macros.sql")
TRIES = 3  # at a file that somebody writes meanwhile
Progress = Callable[[int, int, str], None]


def ingest(raw: Path, warehouse: Path, *, progress: Progress | None = None) -> list[Drop]:
    """Reads every drop below `raw` that the lake does not hold yet.

    `progress` is called with (files done, files, file). Returns the drops sorted by source, as_of
    and content. Raises InputErrors with the problems of all files when any cannot be loaded.
    """
    lake = warehouse / "lake"
    lake.mkdir(parents=True, exist_ok=True)
    problems = [
        FileProblem("sidecar_alone").of(path.relative_to(raw).as_posix())
        for path in drops.orphans(raw)
    ]
    problems += [
        FileProblem("linked_folder", value=str(path.readlink())).of(
            path.relative_to(raw).as_posix()
        )
        for path in drops.linked_folders(raw)
    ]
    files = sirene.as_drops(raw, drops.find(raw))
    found: list[Drop] = []
    for left in lake.glob(".reading-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=lake) as scratch:
        reader = Reader(Path(scratch))
        dropped = list(archives.opened(raw, files, Path(scratch)))
        looked = 0
        for done, one in enumerate(dropped):
            if progress:
                progress(done, len(dropped), shown(one.file))
            if done == looked:
                looked += reader.look_ahead(dropped[done:], lake)
            try:
                found.append(reader.drop(one.readable(), one.source, one.file, lake))
            except FileProblem as problem:
                problems.append(problem.of(one.file))
            except (OSError, duckdb.OutOfMemoryException) as error:
                if disk.is_full(error):
                    raise
                problems.append(_beyond(error).of(one.file))
            except opening.DEAD as error:
                problems.append(kinds.broken(error, one.readable().suffix).of(one.file))
        if progress:
            progress(len(dropped), len(dropped), "")
    problems += order.unanswerable(found)
    if problems:
        raise InputErrors(problems)
    return order.merged(found)


def _beyond(error: OSError | duckdb.Error) -> FileProblem:
    """The problem of a file that memory or the system does not let through."""
    if isinstance(error, OSError):
        return FileProblem("unreadable", fault=faults.of(error))
    return FileProblem("too_large", limit=opening.MEMORY_LIMIT // 1024**2)


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes of a file. Raises FileProblem when it cannot be read."""
    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise FileProblem("unreadable", fault="no_file")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileProblem("unreadable", fault=faults.of(error)) from error


def is_sirene(path: Path, source: str) -> bool:
    """Whether a drop is Sirene's two files, or one of them without the other."""
    return source == sirene.SOURCE and (path.is_dir() or sirene.is_stock(path))


def content_hash(path: Path, parts: Sequence[Path]) -> str:
    """The hash of a file, or of the files that are one drop. Raises FileProblem."""
    if not parts:
        return file_hash(path)
    lines = "".join(f"{file_hash(part)} {part.name}\n" for part in parts)
    return hashlib.sha256(lines.encode()).hexdigest()


@functools.cache
def code_hash() -> str:
    """One hash of the code and the reference tables that decide how a file is read."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for path in [*files_of(READ), *(paths.REFERENCE / f"{name}.csv" for name in opening.TABLES)]:
        digest.update(path.name.encode() + b"\0" + read_reference(path) + b"\0")
    return digest.hexdigest()


def files_of(names: Sequence[str]) -> list[Path]:
    """The code of files and folders of etl; contracts only where their folder is named."""
    found = []
    for top in (paths.ETL / name for name in names):
        inside = [top] if top.is_file() else sorted(top.rglob("*"))
        found += [
            path
            for path in inside
            if path.suffix in {".py", ".sql", ".toml", ".json"}
            and (top == paths.CONTRACTS or path.parent != paths.CONTRACTS)
        ]
    return found


def read_reference(path: Path) -> bytes:
    """A file as it counts for the reading of drops: of place_names, the kinds that intake reads."""
    if path.stem != "place_names":
        return path.read_bytes()
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if row["kind"] in opening.NAME_KINDS]
    return json.dumps(rows, ensure_ascii=False).encode()


def drop_key(source: str, file: str, content: str, beside: Path | None) -> str:
    """The name of its folder in the lake. Raises FileProblem."""
    if file != shown(file):
        raise FileProblem("name_no_text")
    digest = hashlib.sha256()
    described = sidecar.described(beside) if beside else b""
    contract = contracts.contract_path(source).read_bytes()
    for part in (code_hash(), source, file, content):
        digest.update(part.encode() + b"\0")
    digest.update(hashlib.sha256(described).digest() + hashlib.sha256(contract).digest())
    return digest.hexdigest()


class Changed(Exception):
    """A file is no longer what it was when its reading began."""


class Reader:
    """Reads drops one after the other; one connection, one scratch folder."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.ahead: dict[Path, Loaded] = {}
        self.hashes: dict[tuple[Path, Seen], str] = {}
        self._con: duckdb.DuckDBPyConnection | None = None

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """Opened for the first file that must be read: a run without news opens none. Anew after a
        file that ended it."""
        if self._con is None or not opening.is_alive(self._con):
            self._con = opening.connect(self.scratch)
        return self._con

    def drop(self, path: Path, source: str, file: str, lake: Path) -> Drop:
        """The drop of one file, read if the lake lacks it; again where it changes meanwhile.

        Raises FileProblem, also for a file that goes on changing, or that is gone.
        """
        sidecar.refuse_no_file(path)
        for _ in range(TRIES):
            beside = sidecar.beside(path)
            before = seen(path, beside)
            try:
                return self.once(path, source, file, lake, before)
            except Changed:
                continue
            except (FileProblem, OSError, duckdb.Error):
                if seen(path, sidecar.beside(path)) == before:
                    raise
        raise FileProblem("changing")

    def once(self, path: Path, source: str, file: str, lake: Path, before: Seen) -> Drop:
        """The drop of a file that is still as it was seen before. Raises Changed or FileProblem."""
        if source not in contracts.sources():
            allowed = ", ".join(contracts.sources())
            raise FileProblem("unknown_source", value=source or file, allowed=allowed)
        parts = sirene.files(path) if is_sirene(path, source) else ()
        if parts:
            file = f"{file}/{parts[0].name}"
        content = self.content(path, parts, before)
        beside = sidecar.beside(path)
        folder = lake / drop_key(source, file, content, beside)
        told: dict[str, Any] = {
            "sidecar": beside.name if beside else f"{path.name}.toml",
            "is_confirmed": bool(beside and sidecar.is_confirmed(beside)),
        }
        if held := Drop.from_folder(folder):
            return replace(held, reused=True, **told)
        told["was_damaged"] = (folder / "drop.json").exists()
        work = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            if path in self.ahead and self.ahead[path].before != before:
                del self.ahead[path]
            drop = self.read(path, source, file, content, folder, work)
            drop.keep(work / "out")
            if seen(path, beside) != before:
                raise Changed
            if folder.exists():
                shutil.rmtree(folder)
            (work / "out").replace(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return replace(drop, **told)

    def content(self, path: Path, parts: Sequence[Path], before: Seen) -> str:
        """The hash of a file that is as it was seen before. Raises FileProblem."""
        if (path, before) not in self.hashes:
            self.hashes[path, before] = content_hash(path, parts)
        return self.hashes[path, before]

    def look_ahead(self, files: Sequence[archives.Found], lake: Path) -> int:
        """Loads the first files, as many as are of one shape, and types them together. Returns how
        many were looked at; what is the matter with one is told when it is read."""
        looked, alike, other = together.first_alike(
            files, lambda one, at: self.loaded(one, lake, at)
        )
        if len(alike) > 1 and {file.con for file in alike} == {con := self.con}:
            with contextlib.suppress(duckdb.Error):  # each is typed by itself then
                alike = together.type_rows(con, alike)
        self.ahead = {file.path: file for file in [*alike, *other]}
        return looked

    def loaded(self, one: archives.Found, lake: Path, place: int) -> Loaded | None:
        """A file that the lake lacks, loaded; None where that is no use. Raises FileProblem."""
        path, source = one.readable(), one.source
        is_known = source in contracts.sources() and not is_sirene(path, source)
        if not is_known or not together.is_small(path):
            return None
        beside = sidecar.beside(path)
        before = seen(path, beside)
        key = drop_key(source, one.file, self.content(path, (), before), beside)
        return None if (lake / key).exists() else self.load(path, source, key, before, place)

    def load(self, path: Path, source: str, key: str, before: Seen, place: int) -> Loaded | None:
        """A file in a schema of its own; `key` is that of its drop."""
        content, schema = self.content(path, (), before), together.schema(place)
        with tempfile.TemporaryDirectory(dir=self.scratch) as work:
            prepared = self.prepare(path, source, Path(work), content, schema)
        return Loaded(path, prepared, before, place, self.con)

    def prepare(
        self, path: Path, source: str, work: Path, content: str = "", schema: str = "work"
    ) -> Prepared:
        """Fills `raw` and `malformed` from a file and maps its columns; `content` is its hash, of
        which keys are made that it lacks. Raises FileProblem."""
        contract = contracts.load(source)
        verbs, beside = sidecar.Sidecar(), sidecar.beside(path)
        try:
            verbs = sidecar_reader.read(beside, contract.names, contract.lists)
            return self.filled(path, contract, verbs, work, content, schema)
        except FileProblem as problem:
            located = sidecar_lines.located(problem, beside)
            raise explain.explained(located, path, verbs, contract, work) from problem

    def filled(
        self,
        path: Path,
        contract: contracts.Contract,
        verbs: sidecar.Sidecar,
        work: Path,
        content: str,
        schema: str,
    ) -> Prepared:
        con = self.con
        together.use(con, schema)
        filtered, unknown = 0, None
        try:
            if path.is_dir():
                verbs = sirene.verbs(verbs, contract.names, contract.lists)
                raw, filtered, unknown = sirene.load(con, path, work)
            else:
                known = {*contract.names} | {drops.text.fold_name(c) for _, c in verbs.columns()}
                raw = corrections.load(con, path, work, verbs, known)
        except duckdb.Error as error:
            raise kinds.broken(error, path.suffix) from error
        plan = mapping.make(contract, verbs, raw, path.name + ".toml", content)
        if not path.is_dir():
            used = {raw.columns[place] for place in plan.used}
            raw.notes[:] = [*workbook.in_use(raw.notes, used), *entities.read(con, plan.used)]
        return Prepared(contract, verbs, raw, plan, filtered, unknown)

    def read(
        self, path: Path, source: str, file: str, content: str, folder: Path, work: Path
    ) -> Drop:
        con = self.con
        loaded = self.ahead.pop(path, None)
        if loaded and loaded.con is not con:
            loaded = None
        prepared = loaded.prepared if loaded else self.prepare(path, source, work, content)
        contract, verbs, raw, plan, filtered, unknown = prepared
        validation = Validation(con, contract, plan, verbs)
        if loaded:
            together.enter(con, loaded)
        if not loaded or not loaded.is_typed:
            validation.type_rows()
        validation.run()
        filtered += validation.cells.filtered()
        counts = validation.counts()
        if filtered and not counts.read:
            raise FileProblem("none_kept", rows=filtered)
        as_of, origin = dating.dated(path, file, verbs, validation)
        out = work / "out"
        out.mkdir()
        given = corrections.Given.of(sidecar.beside(path), is_adapted=path.is_dir())
        findings = Findings(
            con, contract, plan, verbs, raw.columns, has_own_columns=given.has_own_columns
        )
        findings.write(out)
        Profile(con, contract, plan.texts).write(out / "profile.parquet")
        if verbs.mode == "snapshot" and not counts.accepted and counts.refused:
            raise all_refused(out)  # it would say that everybody has left
        return Drop(
            source, file, content, folder.name, as_of, origin, verbs.mode, verbs.synthetic,
            folder, counts.read + filtered, counts.accepted, counts.refused, counts.repaired,
            plan.unknown_columns if unknown is None else unknown, list(plan.texts), filtered,
            counts.merged,
            notes=[] if path.is_dir() else [
                *raw.notes, *validation.notes(), *dating.notes(path, as_of, origin, validation)
            ],
            corrects=verbs.corrects,
            columns=list(findings.row_keys() if given.has_own_columns else plan.texts),
            verbs=given.verbs,
            turn=verbs.turn,
        )  # fmt: skip


def all_refused(folder: Path) -> FileProblem:
    """The problem of a file without one good row; folder: where its refused.parquet is."""
    with duckdb.connect() as con:
        row = con.execute(
            "SELECT count(DISTINCT line), min(line),"
            " arg_min({'code': reason_code, 'column': column_name, 'arguments': arguments},"
            " (line, column_name, reason_code)) FROM read_parquet($file)",
            {"file": str(folder / "refused.parquet")},
        ).fetchone()
    assert row is not None
    rows, line, refusal = row
    return FileProblem("all_refused", rows=rows, first=line, refusal=refusal)
