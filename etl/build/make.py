"""Makes a build: drops -> accepted rows -> staging -> marts -> checks -> published.

A build is a pure function of the drops, the reference, the code and the settings: the same inputs
give the same id and the same rows, on any day.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from dataclasses import field as default
from datetime import date
from pathlib import Path

import duckdb

from etl import disclosure, disk, layers, paths
from etl.build import (
    contents,
    fingerprint,
    holding,
    ledger_kept,
    mending,
    overlaps,
    quality_tables,
    reference,
    territory,
    warehouse,
)
from etl.intake import contract, corrections, lake, opening
from etl.intake.lake_drop import day_of
from etl.problems import Note, Problem
from etl.settings import Settings
from etl.settings import load as load_settings

Progress = Callable[[str, float], None]
# Of DuckDB: some of what a build groups and sorts does not spill; enough for ten million requests
MEMORY_LIMIT = 3 * 1024**3


@dataclass(frozen=True)
class BuildResult:
    """What a build came to; `as_json` is what `build --json` prints, but for sentences."""

    build_id: str
    as_of: date
    is_published: bool
    seconds: float
    sources: dict[str, dict[str, int]]
    checks_passed: int
    checks_failed: list[dict] = default(default_factory=list)
    partners: dict = default(default_factory=dict)
    wholly_refused: list[Problem] = default(default_factory=list)  # files without one good row
    notes: list[tuple[str, Note]] = default(default_factory=list)  # each with its file
    departures: list[holding.Departure] = default(default_factory=list)  # of new snapshots

    def as_json(self) -> dict:
        return {
            "build": self.build_id,
            "as_of": self.as_of.isoformat(),
            "published": self.is_published,
            "seconds": round(self.seconds, 2),
            "sources": self.sources,
            "checks": {"passed": self.checks_passed, "failed": self.checks_failed},
            "partners": self.partners,
            "wholly_refused": [problem.file for problem in self.wholly_refused],
            "held": [asdict(one) for one in self.departures if one.is_held],
            "departures": [asdict(one) for one in self.departures if not one.is_held],
            "notes": [{"file": file} | asdict(note) for file, note in self.notes],
        }


def build(
    raw: Path,
    warehouse_folder: Path,
    progress: Progress | None = None,
    *,
    holds: bool = True,
    accepts_lost_ledger: bool = False,
    edition_now: bool = False,
    tried: Path | None = None,
    settled: Path | None = None,
) -> BuildResult:
    """Loads every drop below `raw`, makes the build and publishes it if all its checks pass.

    `tried`: another warehouse, where the same build may stand already: it is taken from there.
    `edition_now`: partners get an edition of this build, whatever the quarter.
    `settled`: the file of our territory, where it does not stand beside `raw`.
    Raises InputErrors when a file cannot be used, and WarehouseError when there is no drop, or
    disk or memory do not suffice; nothing is published then.
    """
    warehouse.refuse_no_folder(raw)
    ours = territory.read(settled or territory.beside(raw))
    try:
        return _build(
            raw, warehouse_folder, progress, holds, accepts_lost_ledger, edition_now, tried, ours
        )
    except (OSError, duckdb.Error) as error:
        if disk.is_full(error):
            raise warehouse.WarehouseError("disk_full", folder=warehouse_folder) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            limit = opening.within(MEMORY_LIMIT) // 1024**2
            raise warehouse.WarehouseError("memory", limit=limit) from error
        raise


def _build(
    raw: Path,
    warehouse_folder: Path,
    progress: Progress | None,
    holds: bool,
    accepts_lost_ledger: bool,
    edition_now: bool,
    tried: Path | None,
    ours: territory.Territory,
) -> BuildResult:
    started = time.monotonic()
    report = progress or (lambda step, fraction: None)
    settings = load_settings()
    with warehouse.lock(warehouse_folder):
        mended = mending.mend(warehouse_folder)
        if accepts_lost_ledger:
            mended += [
                (name, Note("ledger_accepted")) for name in ledger_kept.accept(warehouse_folder)
            ]
        drops = lake.ingest(
            raw,
            warehouse_folder,
            progress=lambda done, files, file: report(file, 0.5 * done / max(1, files)),
        )
        if not drops:
            raise warehouse.WarehouseError("no_drop", raw=raw)
        leaving = holding.departures(drops, warehouse_folder, settings)
        if not holds:
            leaving = [replace(one, is_held=False) for one in leaving]
        if held := [one for one in leaving if one.is_held]:
            holding.note(warehouse_folder, held)
            return BuildResult(
                build_id="",
                as_of=day_of(drops),
                is_published=False,
                seconds=time.monotonic() - started,
                sources={},
                checks_passed=0,
                departures=leaving,
            )
        inputs = _inputs(drops, ours)
        mended += [(territory.FILE, note) for note in ours.notes]
        mended += [(drop.file, Note("lake_damaged")) for drop in drops if drop.was_damaged]
        told = ledger_kept.before(
            warehouse_folder,
            inputs,
            day_of(drops),
            synthetic=all(drop.is_synthetic for drop in drops),
            wanted=edition_now,
        )
        build_id = _build_id(inputs, told)
        stated = {}
        if tried:
            warehouse.take_over(tried, warehouse_folder, build_id)
        if build_id in warehouse.build_ids(warehouse_folder):
            stated = warehouse.manifest(warehouse_folder, build_id)
            if contents.verify(warehouse_folder, build_id)["differs"]:
                mended.append((f"builds/{build_id}", Note("build_damaged", {"build": build_id})))
                stated = {}
        if not stated:
            stated = _make(warehouse_folder, build_id, drops, told, settings, report, ours)
        failed = [check for check in stated["checks"] if check["failed_rows"]]
        if not failed:
            # first, so that nothing is ever shown that the ledger does not know
            disclosure.enter_ledger(
                warehouse_folder, inputs, warehouse.build_folder(warehouse_folder, build_id)
            )
            if not told.lost:
                ledger_kept.note(warehouse_folder)
            warehouse.publish(warehouse_folder, build_id, keep=settings.builds_kept)
            holding.note(warehouse_folder, [])
        _sweep_lake(warehouse_folder, drops)
        report("done", 1.0)
    return BuildResult(
        build_id=build_id,
        as_of=day_of(drops),
        is_published=not failed,
        seconds=time.monotonic() - started,
        sources=_with_reused(stated["sources"], drops),
        checks_passed=len(stated["checks"]) - len(failed),
        checks_failed=failed,
        partners=stated.get("partners", {}),
        wholly_refused=[
            lake.all_refused(drop.folder).of(drop.file)
            for drop in drops
            if drop.refused and not drop.accepted
        ],
        notes=mended + [(drop.file, note) for drop in drops for note in drop.notes],
        departures=leaving,
    )


def _sweep_lake(folder: Path, drops: list[lake.Drop]) -> None:
    """Removes from the lake what neither this build nor any build on disk is made of."""
    used = {drop.key for drop in drops}
    for build_id in warehouse.build_ids(folder):
        used |= {drop["key"] for drop in warehouse.manifest(folder, build_id)["drops"]}
    for described in (folder / "lake").glob("*/drop.json"):
        if described.parent.name not in used:
            shutil.rmtree(described.parent)


def _build_id(inputs: str, told: ledger_kept.Publications) -> str:
    """The inputs, and what partners were shown before, as far as known: everything that the build
    is made from."""
    if not told.print:
        return inputs
    return f"{inputs[:10]}-{hashlib.sha256((inputs + told.print).encode()).hexdigest()[:12]}"


def _inputs(drops: list[lake.Drop], ours: territory.Territory) -> str:
    """The newest date of the drops, and a hash of them, of our territory, reference and code."""
    digest = hashlib.sha256(fingerprint.fingerprint().encode())
    for drop in drops:
        digest.update(f"{drop.key} {drop.source} {drop.file} {drop.as_of} {drop.mode}\n".encode())
    if ours:
        digest.update(f"{ours.as_json()}\n".encode())
    return f"{day_of(drops)}-{digest.hexdigest()[:12]}"


def _with_reused(
    sources: dict[str, dict[str, int]], drops: list[lake.Drop]
) -> dict[str, dict[str, int]]:
    """The counts of a build with, for each source, the files that this run did not read again."""
    return {
        source: {"files": counts["files"], "reused": 0} | counts
        | {"reused": sum(drop.reused for drop in drops if drop.source == source)}
        for source, counts in sources.items()
    }  # fmt: skip


def _make(
    folder: Path,
    build_id: str,
    drops: list[lake.Drop],
    told: ledger_kept.Publications,
    settings: Settings,
    report: Progress,
    ours: territory.Territory,
) -> dict:
    """Makes the build beside the others and moves it into place; returns its manifest."""
    making = folder / ".making"  # only one at a time: the warehouse is locked
    mending.remove(making)
    making.mkdir(parents=True)
    try:
        stated = _fill(making, build_id, drops, told, settings, report, ours)
        stated[warehouse.SEAL] = warehouse.seal(stated)
        text = json.dumps(stated, indent=1, ensure_ascii=False)
        disk.write(making / "manifest.json", f"{text}\n".encode())
        is_sound = not any(check["failed_rows"] for check in stated["checks"])
        place = folder / ("builds" if is_sound else "failed") / build_id
        place.parent.mkdir(exist_ok=True)
        replaced = folder / ".replaced"
        if place.exists():  # one that was damaged
            place.rename(replaced)
        disk.move(making, place)
        shutil.rmtree(replaced, ignore_errors=True)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return stated


def _fill(
    making: Path,
    build_id: str,
    drops: list[lake.Drop],
    told: ledger_kept.Publications,
    settings: Settings,
    report: Progress,
    ours: territory.Territory,
) -> dict:
    """Writes what one reads of a build into an empty folder; returns what the manifest tells."""
    connection = duckdb.connect(
        str(making / warehouse.DATABASE), config=opening.bounds(making, MEMORY_LIMIT)
    )
    connection.execute("SET TimeZone = 'Europe/Paris'; SET enable_progress_bar = false")
    try:
        checks = _run(connection, build_id, drops, settings, report, ours)
        stated = _manifest(build_id, drops, quality_tables.counts(connection), checks)
        stated["territory"] = ours.as_json()
        stated["ledger"] = ledger_kept.hashes(told.earlier)
        is_sound = not any(check["failed_rows"] for check in checks)
        if is_sound and told.lost:
            files = ", ".join(told.lost)
            stated["partners"] = {"published": False, "why": "ledger_lost", "detail": files}
        elif is_sound:
            report("what partners may see", 0.97)
            stated["partners"] = disclosure.make(
                connection, making, _edition(told, drops), settings
            )
            connection.execute("CHECKPOINT")
        report("contents", 0.99)
        stated["contents"] = contents.of_folder(making, connection)
    finally:
        connection.close()
    shutil.rmtree(making / "spill", ignore_errors=True)
    return stated


def _edition(told: ledger_kept.Publications, drops: list[lake.Drop]) -> disclosure.Edition:
    as_of = day_of(drops)
    return disclosure.Edition(told.earlier, told.is_synthetic, as_of, told.is_new, told.key)


def _run(
    connection: duckdb.DuckDBPyConnection,
    build_id: str,
    drops: list[lake.Drop],
    settings: Settings,
    report: Progress,
    ours: territory.Territory,
) -> list[dict]:
    """Runs every layer in its order inside one new database."""
    connection.execute(paths.MACROS.read_text("utf-8"))
    reference.load(connection, settings, day_of(drops))
    quality_tables.load(connection, build_id, drops, settings, ours)
    holding.load(connection, drops, settings)
    overlaps.load(connection, drops)
    _load_accepted(connection, drops)
    connection.execute("CREATE SCHEMA staging; CREATE SCHEMA marts")
    files = layers.in_order()
    for done, file in enumerate(files):
        report(file.table, 0.5 + 0.45 * done / len(files))
        kind = "VIEW" if file.header.get("kind") == "view" else "TABLE"
        connection.execute(f"CREATE {kind} {file.table} AS {file.body}")
        if column := file.header.get("index"):  # for the few rows that a page shows of a large one
            connection.execute(f"CREATE UNIQUE INDEX by_{column} ON {file.table} ({column})")
    report("checks", 0.95)
    quality_tables.add_repairs(connection)
    checks = quality_tables.run_checks(connection)
    connection.execute("DROP SCHEMA accepted CASCADE")
    connection.execute("CHECKPOINT")
    return checks


def _load_accepted(connection: duckdb.DuckDBPyConnection, drops: list[lake.Drop]) -> None:
    """One view for each source over its accepted rows in the lake; empty without drops."""
    connection.execute("CREATE SCHEMA accepted")
    # drop_number is the order of time; the next snapshot tells which keys are gone since, but those
    # that a correction of it brings back: it speaks for the drop of corrected_number; fields are
    # those that the drop has a column for: of the others it says nothing
    connection.execute(
        "CREATE TABLE accepted.drops AS SELECT files.file_id, files.source, files.as_of,"
        " files.mode, file_id AS drop_number, $corrected[file_id] AS corrected_number,"
        " $fields[file_id] AS fields,"
        " (SELECT min(later.file_id) FROM quality.files AS later WHERE later.source = files.source"
        "  AND later.mode = 'snapshot' AND later.file_id > files.file_id) AS next_snapshot_number,"
        " (SELECT arg_min(later.as_of, later.file_id) FROM quality.files AS later"
        "  WHERE later.source = files.source AND later.mode = 'snapshot'"
        "  AND later.file_id > files.file_id) AS next_snapshot_as_of"
        " FROM quality.files AS files",
        {
            "fields": [drop.fields for drop in drops],
            "corrected": corrections.corrected_numbers(drops),
        },
    )
    for source in contract.sources():
        numbered = [(n, drop) for n, drop in enumerate(drops, 1) if drop.source == source]
        if numbered:
            selects = " UNION ALL BY NAME ".join(
                f"SELECT *, {number} AS file_id, {number} AS drop_number,"
                f" DATE '{drop.as_of}' AS as_of"
                f" FROM read_parquet({contract.quote(drop.folder / 'accepted.parquet')})"
                for number, drop in numbered
            )
            connection.execute(f"CREATE VIEW accepted.{source} AS {selects}")
        else:
            columns = ", ".join(
                f"{contract.name(column)} {kind}"
                for column, kind in _accepted_columns(source).items()
            )
            connection.execute(
                f"CREATE TABLE accepted.{source} ({columns}, line BIGINT, file_id INTEGER,"
                " drop_number INTEGER, as_of DATE)"
            )


def _accepted_columns(source: str) -> dict[str, str]:
    """Columns and types of a source's accepted rows, as the lake writes them."""
    columns = {}
    fields = contract.load(source)
    for field in fields.fields:
        if field.lookup == "domains":
            kind = "VARCHAR[]" if field.is_list else "VARCHAR"
            columns["domain_codes" if field.is_list else "domain_code"] = kind
        else:
            columns[field.name] = contract.SQL_TYPES[field.type]
    if fields.has_place:
        columns |= {"region_code": "VARCHAR", "place_precision": "VARCHAR"}
    return columns | {"repaired_fields": "VARCHAR[]"}


def _manifest(
    build_id: str, drops: list[lake.Drop], sources: dict[str, dict[str, int]], checks: list[dict]
) -> dict:
    return {
        "build": build_id,
        "as_of": day_of(drops).isoformat(),
        "code": fingerprint.fingerprint(),
        "synthetic": any(drop.is_synthetic for drop in drops),
        "sources": sources,
        "drops": [
            {
                "source": drop.source, "file": drop.file, "as_of": str(drop.as_of),
                "key": drop.key, "content": drop.content_hash,
            }
            for drop in drops
        ],
        "checks": checks,
    }  # fmt: skip
