"""Erases a provider: from the drops, the lake, every build and the logs.

The order makes it safe to kill: the drops are rewritten one by one, a build is made of them and
served, and only then does everything go that was made before. Until all of it is done a journal
stands in the warehouse: nothing else is built or published, and running the command again ends
what was begun. Nobody is ever served a build made of half of it.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from etl import disk
from etl.bring import recovery
from etl.bring.folders import Folders
from etl.build import ledger_kept, make, mending, territory, warehouse
from etl.disclosure import ledger
from etl.forget import find, links, traces
from etl.forget.find import Person
from etl.forget.rewrite import rewrite
from etl.intake import archives, drops, lake, sidecar
from etl.problems import FileProblem, InputErrors
from etl.words import reasons
from etl.words.lines import line

HALF_WRITTEN = ".forget-"


@dataclass(frozen=True)
class Changed:
    """A drop that was rewritten: rows taken out, and cells that named the person."""

    file: str
    rows: int
    cells: int
    is_removed: bool
    as_of_kept: str | None


@dataclass
class Erased:
    """What was done. `remains` are files that still hold a word of the person, `closed` those
    that nobody can look into: see to them."""

    provider: str
    files: list[Changed] = field(default_factory=list)
    builds_removed: list[str] = field(default_factory=list)
    lake_removed: int = 0
    log_lines: int = 0
    aside_removed: int = 0
    remains: list[str] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    build: dict | None = None

    @property
    def is_published(self) -> bool:
        return self.build is None or self.build["published"]

    def as_json(self) -> dict:
        return asdict(self) | {"build": self.build and reasons.told_build(self.build)}

    def text(self, language: str) -> str:
        """The lines to print, in 'fr' or 'en'."""

        def said(name: str, **values: object) -> str:
            return line(f"forget_{name}", language, **values)

        lines = [
            said("removed" if changed.is_removed else "file", **asdict(changed))
            + (said("as_of", **asdict(changed)) if changed.as_of_kept else "")
            for changed in self.files
        ]
        if self.build and not self.is_published:
            checks = [
                reasons.check(one["check"], language) for one in self.build["checks"]["failed"]
            ]
            failed = ", ".join([*checks, *(one["file"] for one in self.build["held"])])
            return "\n".join([*lines, said("failed", failed=failed)])
        lines.append(said("builds", builds=len(self.builds_removed), lake=self.lake_removed))
        lines.append(said("logs", lines=self.log_lines))
        lines += [said("aside", n=self.aside_removed)] if self.aside_removed else []
        lines += [said("remains", file=file) for file in self.remains]
        lines += [said("closed", file=file) for file in self.closed]
        served = self.build["build"] if self.build else None
        return "\n".join([*lines, said("served" if served else "nothing", build=served)])


def forget(
    provider: str, raw: Path, folder: Path, logs: Path, progress: make.Progress | None = None
) -> Erased:
    """Erases `provider` below `raw`, from the warehouse `folder` and from `logs`.

    Raises warehouse.WarehouseError when nobody knows the provider or another erasure is unfinished,
    and InputErrors when a drop cannot be read or is a link: nothing has changed then, or running it
    again goes on from there.
    """
    if not provider.strip():
        raise warehouse.WarehouseError("erasure_unknown", provider=provider)
    report = progress or (lambda step, fraction: None)
    for place in (raw, logs):
        warehouse.refuse_no_folder(place)
    with warehouse.lock(folder, to_erase=True):
        journal = folder / warehouse.ERASURE
        recovery.recover(Folders(raw.parent, folder, logs))
        for left in raw.rglob(f"{HALF_WRITTEN}*"):
            left.unlink()
        begun = warehouse.erasure(folder)
        if begun and begun["provider"] != provider:
            raise warehouse.WarehouseError("erasure_other", provider=begun["provider"])
        # a note that is damaged does not say of whom: this one is looked for anew
        is_new = not journal.exists()
        # after one that was cut short the names in it may be new, and the journal not yet
        if is_new and (damaged := ledger_kept.damaged(folder)):
            raise warehouse.WarehouseError("ledger_lost", files=", ".join(damaged))
        if not begun:
            links.refuse_others(raw, folder)
        territory.read(territory.beside(raw))  # a mistake in it would stop the build half-way
        person = Person(provider)
        if begun:
            words = (begun.get(name, ()) for name in ("names", "sirens", "private"))
            person = Person(provider, *map(frozenset, words))
        result = Erased(provider)
        hashes: dict[str, str] = begun.get("hashes", {}) if begun else {}
        if begun:  # a file that was rewritten may have left its corrections behind
            with tempfile.TemporaryDirectory(prefix=".reading-", dir=folder / "lake") as scratch:
                _follow(raw, Path(scratch), _rewritten(raw, Path(scratch), hashes))
        found = lake.ingest(raw, folder, progress=lambda done, n, file: report(file, 0.2))
        with tempfile.TemporaryDirectory(prefix=".reading-", dir=folder / "lake") as scratch:
            eraser = _Eraser(raw, Path(scratch), found, hashes)
            person, numbers = eraser.own(_from_builds(folder, person))
            if not begun:  # later the rows are gone that tell a person from a firm
                person = person.numbered([*_numbers(folder, person), *numbers])
            touched = eraser.touched(person)
            aside = Folders(raw.parent, folder, logs)
            links.refuse(raw, [file for _, file in touched], (aside.incoming, aside.removed))
            eraser.before_replacing = lambda: _note(journal, person, hashes)
            for number, (drop, file) in enumerate(touched):
                report(file, 0.2 + 0.2 * number / len(touched))
                if changed := eraser.erase(drop, file, person):
                    result.files.append(changed)
            if is_new and not result.files and not _is_in_builds(folder, provider):
                raise warehouse.WarehouseError("erasure_unknown", provider=provider)
            _note(journal, person, hashes)
            _follow(raw, Path(scratch), hashes)
        ledger.rename(folder, person.private)
        ledger_kept.note(folder)
        for left in ledger.folder(folder).glob(f"*{ledger_kept.LOST}"):
            left.unlink()
        if any(drops.find(raw)):
            # a list that was rewritten would pass for a new one
            made = make.build(
                raw,
                folder,
                lambda step, part: report(step, 0.4 + 0.5 * part),
                holds=bool(warehouse.held(folder)),
            )
            result.build = made.as_json()
            if not made.is_published:
                return result
        report("warehouse", 0.95)
        kept = result.build["build"] if result.build else None
        result.builds_removed, result.lake_removed = _clear(folder, kept)
        result.log_lines, closed = traces.clear_logs(logs, person)
        result.aside_removed = _clear_aside(Folders(raw.parent, folder, logs))
        result.remains, result.closed = (
            [path.relative_to(raw).as_posix() for path in paths]
            for paths in traces.remains(raw, person)
        )
        result.closed += map(str, closed)
        journal.unlink()
    return result


def _note(journal: Path, person: Person, hashes: Mapping[str, str]) -> None:
    """Writes down what is to be erased, until it is; hashes: of rewritten files, old and new."""
    told = {name: sorted(getattr(person, name)) for name in ("names", "sirens", "private")}
    noted = {"provider": person.provider, **told, "hashes": hashes}
    disk.write(journal, json.dumps(noted).encode(), mode=0o600)


def _from_builds(folder: Path, person: Person) -> Person:
    """The person with what the builds on disk say of it."""
    query = f"SELECT {', '.join(find.NAMES)} FROM marts.providers WHERE provider_id = ?"
    rows = _in_builds(folder, query, person.provider)
    return person.knows(word for row in rows for word in row)


def _numbers(folder: Path, person: Person) -> list[tuple[Any, ...]]:
    """The SIREN that the builds on disk give it, and whether it is a person's."""
    query = f"{find.NUMBERS} FROM marts.providers WHERE provider_id = ?"
    return _in_builds(folder, query, person.provider)


def _is_in_builds(folder: Path, provider: str) -> bool:
    """Whether a build on disk knows the provider, be it from a request or an answer only."""
    query = (
        "SELECT provider_id FROM staging.providers WHERE provider_id = $1 UNION ALL "
        "SELECT provider_id FROM staging.requests WHERE provider_id = $1 UNION ALL "
        "SELECT provider_id FROM staging.responses WHERE provider_id = $1 LIMIT 1"
    )
    return bool(_in_builds(folder, query, provider))


def _in_builds(folder: Path, query: str, provider: str) -> list[tuple[Any, ...]]:
    """The rows of all builds, failed ones too; those of another version are passed."""
    rows: list[tuple[Any, ...]] = []
    for path in sorted(folder.glob(f"*/*/{warehouse.DATABASE}")):
        try:
            with warehouse.open_build(path.parent) as con:
                rows += con.execute(query, [provider]).fetchall()
        except duckdb.Error:
            continue
    return rows


def _clear(folder: Path, kept: str | None) -> tuple[list[str], int]:
    """Removes everything made before the build that is kept. Returns the builds, lake folders."""
    if kept is None:
        mending.remove(folder / warehouse.CURRENT)
    manifest = warehouse.manifest(folder, kept) if kept else {"drops": []}
    stays = {warehouse.build_folder(folder, kept)} if kept else set()
    stays |= {folder / "lake" / drop["key"] for drop in manifest["drops"]}
    builds, lakes = [], 0
    for path in sorted(
        p for part in ("builds", "failed", "lake") for p in folder.glob(f"{part}/*")
    ):
        if path in stays:
            continue
        if path.parent.name == "lake":
            lakes += not path.name.startswith(".")
        else:
            builds.append(path.name)
        mending.remove(path)
    for path in [folder / ".making", folder / ".replaced", *folder.glob(".current.*")]:
        mending.remove(path)
    return builds, lakes


def _clear_aside(places: Folders) -> int:
    """Removes every file that waits to be brought in or was taken back, whomever it speaks of: they
    are kept for a while only, and nobody has read all of them. Returns how many folders."""
    found = [path for part in (places.incoming, places.removed) for path in part.glob("*")]
    for path in found:
        shutil.rmtree(path, ignore_errors=True)  # a trial may be writing there: once more
        if path.exists():
            mending.remove(path)
    return len(found)


class _Eraser:
    """Rewrites drops; one reader for all of them."""

    def __init__(
        self, raw: Path, scratch: Path, found: list[lake.Drop], hashes: dict[str, str]
    ) -> None:
        self.raw, self.scratch = raw, scratch
        self.reader = lake.Reader(scratch)
        self.unpacked: dict[Path, Path] = {}
        self.hashes = hashes  # of a file before and after
        self.before_replacing: Callable[[], None] = lambda: None
        self.files = [(drop, file) for drop in found for file in (drop.file, *drop.duplicates)]

    def own(self, person: Person) -> tuple[Person, list[find.Number]]:
        """The person with every name that the drops give it; and its numbers."""
        numbers: list[find.Number] = []
        for drop, file in self.files:
            if drop.source == find.OWN and find.may_hold(self.reader.con, drop, person):
                with tempfile.TemporaryDirectory(dir=self.scratch) as work:
                    person, found = find.own(self.reader, self.place(file), Path(work), person)
                    numbers += found
        return person, numbers

    def touched(self, person: Person) -> list[tuple[lake.Drop, str]]:
        """The files that may speak of the person; what Sirene publishes stays as it is."""
        return [
            (drop, file)
            for drop, file in self.files
            if find.may_hold(self.reader.con, drop, person)
            and not lake.is_sirene(self.raw / file, drop.source)
        ]

    def erase(self, drop: lake.Drop, file: str, person: Person) -> Changed | None:
        """Takes the person out of one file, whole or not at all. Raises InputErrors."""
        path = self.place(file)
        changed = self._erase(path, drop, file, person)
        if changed and (found := archives.split(self.raw, file)):
            archives.pack(self.unpacked[found[0]], found[0], HALF_WRITTEN)
        return changed

    def place(self, file: str) -> Path:
        """Where a drop can be read and rewritten: of an archive, in a copy of what it holds."""
        found = archives.split(self.raw, file)
        if found is None:
            return self.raw / file
        if found[0] not in self.unpacked:
            self.unpacked[found[0]] = archives.unpacked(found[0], self.scratch)
        return self.unpacked[found[0]] / found[1]

    def _erase(self, path: Path, drop: lake.Drop, file: str, person: Person) -> Changed | None:
        fresh = path.with_name(f"{HALF_WRITTEN}{path.name}")
        try:
            with tempfile.TemporaryDirectory(dir=self.scratch) as work:
                hits = find.hits(self.reader, path, drop.source, _folder(work, "a"), person)
                if not hits:
                    return None
                rows = len(hits.removed)
                cells = sum(map(len, hits.cells.values()))
                is_empty = rows >= hits.rows
                if is_empty:
                    self.before_replacing()
                    _remove_drop(path)
                    return Changed(file, rows, cells, True, None)
                rewrite(path, fresh, _folder(work, "b"), hits)
                self.verify(path, fresh, drop.source, _folder(work, "c"), person, hits)
        except FileProblem as problem:
            fresh.unlink(missing_ok=True)
            raise InputErrors([problem.of(file)]) from problem
        kept = _keep_as_of(path, drop) if drop.as_of_origin == "rows" else None
        shutil.copymode(path, fresh)
        self.hashes[drop.content_hash] = lake.file_hash(fresh)
        self.before_replacing()
        fresh.replace(path)
        return Changed(file, rows, cells, False, kept)

    def verify(
        self, path: Path, fresh: Path, source: str, work: Path, person: Person, hits: find.Hits
    ) -> None:
        """Raises FileProblem unless the new file lacks the person, and nothing else."""
        beside = sidecar.beside(path)
        trial = work / path.name
        trial.symlink_to(fresh.resolve())
        if beside:
            shutil.copy(beside, work / f"{path.name}.toml")
        after = find.hits(self.reader, trial, source, _folder(work, "d"), person)
        if after or after.rows != hits.rows - len(hits.removed):
            raise FileProblem("not_erased")


def _follow(raw: Path, scratch: Path, hashes: Mapping[str, str]) -> None:
    """Lets corrections name the files that were rewritten by what they hold now."""
    if not hashes:
        return
    for path in sorted(raw.rglob("*")):
        if path.suffix == ".toml":
            _name_anew(path, hashes)
        elif archives.has_sidecars(path):
            folder = archives.unpacked(path, scratch)
            if sum([_name_anew(one, hashes) for one in folder.rglob("*.toml")]):
                archives.pack(folder, path, HALF_WRITTEN)


def _name_anew(path: Path, hashes: Mapping[str, str]) -> bool:
    """Whether a sidecar named one of the files by its hash before."""
    text = fresh = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    for before, after in hashes.items():
        fresh = fresh.replace(before, after)
    if fresh != text:
        half = path.with_name(f"{HALF_WRITTEN}{path.name}")
        half.write_text(fresh, encoding="utf-8", errors="surrogateescape")
        half.replace(path)
    return fresh != text


def _rewritten(raw: Path, scratch: Path, hashes: Mapping[str, str]) -> dict[str, str]:
    """Of hashes before and after those whose file has been replaced already."""
    found = archives.opened(raw, drops.find(raw), scratch)
    there = {lake.file_hash(one.path) for one in found if not one.problem}
    return {before: after for before, after in hashes.items() if after in there}


def _folder(parent: str | Path, name: str) -> Path:
    folder = Path(parent) / name
    folder.mkdir()
    return folder


def _remove_drop(path: Path) -> None:
    """Removes a drop, and its sidecar unless that stands beside another one too."""
    beside = sidecar.beside(path)
    path.unlink()
    if beside and not any(p.stem == beside.stem for p in path.parent.iterdir() if p != beside):
        beside.unlink()


def _keep_as_of(path: Path, drop: lake.Drop) -> str:
    """Writes the date that the rows gave beside the file: without a row they may give another."""
    beside = sidecar.beside(path)
    text = beside.read_text(encoding="utf-8-sig") if beside else ""
    full = path.with_name(f"{path.name}.toml")
    fresh = full.with_name(f"{HALF_WRITTEN}{full.name}")
    fresh.write_text(f"as_of = {drop.as_of}\n{text}", encoding="utf-8")
    fresh.replace(full)
    return drop.as_of.isoformat()
