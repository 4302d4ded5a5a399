"""The lake: the rows of every drop that could be used, as Parquet, by the hash of what made them.

A drop that lies in the lake under its key is not read again. A folder appears whole or not at all.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from etl import contract as contracts
from etl import drops, mapping, sidecar
from etl.adapters import sirene
from etl.findings import Findings
from etl.problems import FileProblem, InputErrors
from etl.validate import Validation

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "data" / "reference"
TABLES = (
    "domains",
    "domain_aliases",
    "regions",
    "departements",
    "communes",
    "commune_aliases",
    "postcodes",
    "legal_forms",
)
# What decides how a file is read: a change to any of them reads every drop again.
CODE = (
    "contract.py", "drops.py", "findings.py", "lake.py", "mapping.py", "problems.py", "records.py",
    "sidecar.py", "text.py", "validate.py", "workbook.py", "reasons.toml", "macros.sql",
    "reading.sql", "lookups.sql", "places.sql", "domains.sql", "approvals.sql",
    "adapters/sirene.py", "adapters/sirene.sql", "adapters/sirene.toml",
)  # fmt: skip
MEMORY_LIMIT = 4 * 1024**3
# A newest date this far after all others is a slip (2199 for 2019) or "no end": even in a short
# register dates are not so far between, and every window of the build would be empty
HOLE_DAYS = 20 * 365
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Drop:
    """One file of the lake. `folder` holds accepted, refused, repaired.parquet and drop.json.

    read = accepted + refused + filtered; only an adapter filters. Of the files of an adapter,
    `file` is the one whose lines are told. `fields` are those that it has a column for.
    """

    source: str
    file: str
    content_hash: str
    key: str
    as_of: date
    as_of_origin: str
    mode: str
    is_synthetic: bool
    folder: Path
    read: int
    accepted: int
    refused: int
    repaired: int
    unknown_columns: list[str]
    fields: list[str]
    filtered: int = 0
    reused: bool = False
    duplicates: list[str] = field(default_factory=list)

    def as_json(self) -> str:
        entries = asdict(self)
        entries["as_of"] = self.as_of.isoformat()
        entries["folder"] = self.folder.name
        return json.dumps(entries, ensure_ascii=False, indent=1)

    @classmethod
    def from_folder(cls, folder: Path) -> Drop:
        entries = json.loads((folder / "drop.json").read_text(encoding="utf-8"))
        entries["as_of"] = date.fromisoformat(entries["as_of"])
        return cls(**{**entries, "folder": folder})


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
    files = sirene.as_drops(raw, drops.find(raw))
    found: list[Drop] = []
    for left in lake.glob(".reading-*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=".reading-", dir=lake) as scratch:
        reader = Reader(Path(scratch))
        for done, path in enumerate(files):
            file = path.relative_to(raw).as_posix()
            if progress:
                progress(done, len(files), file)
            source = file.split("/", 1)[0] if "/" in file else ""
            try:
                found.append(reader.drop(path, source, file, lake))
            except FileProblem as problem:
                problems.append(problem.of(file))
        if progress:
            progress(len(files), len(files), "")
    if problems:
        raise InputErrors(problems)
    return merged(found)


def merged(found: list[Drop]) -> list[Drop]:
    """The drops in order; the same content under two names counts once, the other name noted."""
    found.sort(key=lambda d: (d.source, d.as_of, d.content_hash, d.file))
    result: list[Drop] = []
    for drop in found:
        if result and _same(result[-1], drop):
            first = result[-1]
            result[-1] = replace(first, duplicates=[*first.duplicates, drop.file])
        else:
            result.append(drop)
    return result


def _same(one: Drop, other: Drop) -> bool:
    def content(drop: Drop) -> tuple[object, ...]:
        # The same bytes may be read otherwise with another sidecar: its counts would show it.
        return (
            drop.source, drop.content_hash, drop.as_of, drop.mode, drop.is_synthetic,
            drop.read, drop.accepted, drop.filtered, drop.repaired, tuple(drop.unknown_columns),
            tuple(drop.fields),
        )  # fmt: skip

    return content(one) == content(other)


def file_hash(path: Path) -> str:
    """SHA-256 of the bytes of a file. Raises FileProblem when it cannot be read."""
    if path.exists() and not path.is_file():  # a pipe would be waited for without end
        raise FileProblem("unreadable", detail="not a regular file")
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise FileProblem("unreadable", detail=error.strerror or str(error)) from error


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
    for path in [HERE / name for name in CODE] + [REFERENCE / f"{name}.csv" for name in TABLES]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def drop_key(source: str, file: str, content: str, beside: Path | None) -> str:
    digest = hashlib.sha256()
    described = beside.read_bytes() if beside else b""
    contract = contracts.contract_path(source).read_bytes()
    for part in (code_hash(), source, file, content):
        digest.update(part.encode() + b"\0")
    digest.update(hashlib.sha256(described).digest() + hashlib.sha256(contract).digest())
    return digest.hexdigest()


class Prepared(NamedTuple):
    """A file as the tables `raw` and `malformed`, and how its columns fill the contract."""

    contract: contracts.Contract
    verbs: sidecar.Sidecar
    raw: drops.Raw
    plan: mapping.Mapping
    filtered: int
    unknown_columns: list[str] | None


class Reader:
    """Reads drops one after the other; one connection, one scratch folder."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self._con: duckdb.DuckDBPyConnection | None = None

    @property
    def con(self) -> duckdb.DuckDBPyConnection:
        """Opened for the first file that must be read: a run without news opens none."""
        if self._con is None:
            self._con = connect(self.scratch)
        return self._con

    def drop(self, path: Path, source: str, file: str, lake: Path) -> Drop:
        """The drop of one file, read if the lake lacks it. Raises FileProblem."""
        if source not in contracts.sources():
            allowed = ", ".join(contracts.sources())
            raise FileProblem("unknown_source", value=source or file, allowed=allowed)
        parts = sirene.files(path) if is_sirene(path, source) else ()
        if parts:
            file = f"{file}/{parts[0].name}"
        content = content_hash(path, parts)
        beside = sidecar.beside(path)
        folder = lake / drop_key(source, file, content, beside)
        if (folder / "drop.json").is_file():
            return replace(Drop.from_folder(folder), reused=True)
        work = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            drop = self.read(path, source, file, content, folder, work)
            out = work / "out"
            (out / "drop.json").write_text(drop.as_json(), encoding="utf-8")
            if folder.exists():
                shutil.rmtree(folder)
            out.replace(folder)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return drop

    def prepare(self, path: Path, source: str, work: Path) -> Prepared:
        """Fills `raw` and `malformed` from a file and maps its columns. Raises FileProblem."""
        contract = contracts.load(source)
        lists = [entry.name for entry in contract.fields if entry.is_list]
        verbs = sidecar.read(sidecar.beside(path), contract.names, lists)
        con = self.con
        con.execute("DROP SCHEMA IF EXISTS work CASCADE; CREATE SCHEMA work; USE work")
        con.execute("SET search_path = 'work,main'")
        filtered, unknown = 0, None
        try:
            if path.is_dir():
                verbs = sirene.verbs(verbs, contract.names, lists)
                raw, filtered, unknown = sirene.load(con, path, work)
            else:
                known = {*contract.names} | {drops.text.fold_name(c) for _, c in verbs.columns()}
                raw = drops.load(con, path, work, verbs, known)
        except duckdb.Error as error:
            detail = str(error).split("\n", 1)[0][:200]
            raise FileProblem("broken_format", format=path.suffix, detail=detail) from error
        plan = mapping.make(contract, verbs, raw, path.name + ".toml")
        return Prepared(contract, verbs, raw, plan, filtered, unknown)

    def read(
        self, path: Path, source: str, file: str, content: str, folder: Path, work: Path
    ) -> Drop:
        con = self.con
        contract, verbs, raw, plan, filtered, unknown = self.prepare(path, source, work)
        validation = Validation(con, contract, plan, verbs)
        validation.run()
        counts = validation.counts()
        as_of, origin = dated(path, verbs, validation)
        out = work / "out"
        out.mkdir()
        Findings(con, contract, plan, verbs, raw.columns).write(out)
        if verbs.mode == "snapshot" and not counts.accepted and counts.refused:
            raise all_refused(out)  # it would say that everybody has left
        return Drop(
            source, file, content, folder.name, as_of, origin, verbs.mode, verbs.synthetic,
            folder, counts.read + filtered, counts.accepted, counts.refused, counts.repaired,
            plan.unknown_columns if unknown is None else unknown, list(plan.texts), filtered,
        )  # fmt: skip


def dated(path: Path, verbs: sidecar.Sidecar, validation: Validation) -> tuple[date, str]:
    """The date of a drop and where it comes from. Raises FileProblem when nothing says it."""
    if verbs.as_of:
        return verbs.as_of, "sidecar"
    if named := drops.date_in(path.name):
        return named, "name"
    if newest := validation.newest():
        before = validation.newest(before=newest)
        if before and (newest - before).days > HOLE_DAYS:
            raise FileProblem("strange_as_of", newest=newest, before=before, **_named(path))
        return newest, "rows"
    raise FileProblem("no_as_of", **_named(path))


def _named(path: Path) -> dict[str, Any]:
    """What a remedy needs to name the file with a date, or its sidecar."""
    stem = path.name.split(".", 1)[0]
    return {
        "stem": stem, "suffix": path.name.removeprefix(stem), "sidecar": path.name + ".toml",
    }  # fmt: skip


def all_refused(folder: Path) -> FileProblem:
    """The problem of a file without one good row; folder: where its refused.parquet is."""
    with duckdb.connect() as con:
        row = con.execute(
            "SELECT count(DISTINCT line), min(line), arg_min(reason_en, line),"
            " arg_min(reason_fr, line) FROM read_parquet($file)",
            {"file": str(folder / "refused.parquet")},
        ).fetchone()
    assert row is not None
    rows, line, english, french = row
    return FileProblem("all_refused", rows=rows, first=line, english=english, french=french)


def connect(scratch: Path) -> duckdb.DuckDBPyConnection:
    """A connection with the macros and the lookup tables, bounded in memory."""
    memory = min(MEMORY_LIMIT, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2)
    con = duckdb.connect(
        config={"memory_limit": f"{memory // 1024**2}MB", "temp_directory": str(scratch / "spill")}
    )
    con.execute("SET enable_progress_bar = false")
    for script in ("macros.sql", "reading.sql"):
        con.execute((HERE / script).read_text(encoding="utf-8"))
    con.execute("CREATE SCHEMA reference")
    for table in TABLES:
        con.execute(
            f"CREATE TABLE reference.{table} AS SELECT * FROM read_csv("
            f"{contracts.quote(REFERENCE / (table + '.csv'))}, header=true, all_varchar=true)"
        )
    con.execute((HERE / "lookups.sql").read_text(encoding="utf-8"))
    return con
