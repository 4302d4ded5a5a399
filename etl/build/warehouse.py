"""The warehouse folder: builds, which one is served, and how another takes its place.

warehouse/builds/<id>/       a published build, never changed
warehouse/failed/<id>/       a build whose checks failed, kept to look into
warehouse/current            link to the build that is served
warehouse/published.jsonl    one line for each publication, oldest first; and for each that partners
                             were shown, its file below published/ and the hash of it
warehouse/published/         what partners were shown, publication by publication
"""

import hashlib
import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
from filelock import FileLock

from etl import disk, faults
from etl.problems import Told

DATABASE = "marketplace.duckdb"
PARTNERS = "partners.duckdb"  # beside it: what partner agencies may see, and nothing else
CURRENT = "current"
JOURNAL = "published.jsonl"
# what every manifest holds, and what those of before may lack
STATED = {"as_of": str, "synthetic": bool, "sources": dict, "drops": list, "checks": list}
LATER = ("partners", "contents", "ledger", "territory")
SEAL = "seal"
HELD = "held.json"  # what the last build was held for; gone with the next publication
NOTED = {  # what a note of a list that is held tells
    "source": str, "file": str, "sidecar": str, "as_of": str, "known": int, "leaving": int,
    "is_held": bool,
}  # fmt: skip
_opening = threading.Lock()  # of two that open one file, the second finds its settings made
FOLDERS = ("", "builds", "failed", "lake", "published")
ERASURE = "forgetting.json"  # stands there from the first change of an erasure to its last
FILES = (JOURNAL, HELD, ERASURE, "published/key")


class WarehouseError(Told):
    """Something the user asked of the warehouse cannot be done; the code says why."""


def builds_folder(warehouse: Path) -> Path:
    return warehouse / "builds"


def build_folder(warehouse: Path, build_id: str) -> Path:
    return builds_folder(warehouse) / build_id


def refuse_misplaced(warehouse: Path) -> None:
    """Raises WarehouseError where something else stands in the place of a folder or a file: where
    it is a link to a disk that is not there, nobody wants an empty folder for it."""
    for name in FOLDERS:
        refuse_no_folder(warehouse / name)
    for name in FILES:
        _refuse_unless(warehouse / name, (warehouse / name).is_file())


def refuse_no_folder(path: Path) -> None:
    """Raises WarehouseError where something else stands in the place of a folder."""
    _refuse_unless(path, path.is_dir())


def _refuse_unless(path: Path, is_right: bool) -> None:
    if not is_right and (path.is_symlink() or path.exists()):
        raise WarehouseError("misplaced", path=path, fault=faults.standing(path))


@contextmanager
def lock(warehouse: Path, *, to_erase: bool = False) -> Iterator[None]:
    """One build or publication at a time, whichever process starts it.

    Who holds the lock may take it again. While an erasure is unfinished only another one gets it:
    raises WarehouseError otherwise.
    """
    refuse_misplaced(warehouse)
    warehouse.mkdir(parents=True, exist_ok=True)
    with FileLock(warehouse / ".lock", is_singleton=True) as held:
        journal = warehouse / ERASURE
        if journal.exists() and not to_erase and held.lock_counter == 1:
            if begun := erasure(warehouse):
                raise WarehouseError("erasure_unfinished", provider=begun["provider"])
            raise WarehouseError("erasure_torn", file=journal)
        yield


def erasure(warehouse: Path) -> dict[str, Any]:
    """What is to be erased, as noted when it began; nothing where the note is lost or damaged."""
    try:
        found = disk.read(warehouse / ERASURE)
    except (OSError, ValueError):
        return {}
    lists = ("names", "sirens", "private")
    is_whole = (
        isinstance(found, dict)
        and isinstance(found.get("provider"), str)
        and all(isinstance(found.get(name, []), list) for name in lists)
        and isinstance(found.get("hashes", {}), dict)
    )
    return found if is_whole else {}


def served_build(warehouse: Path) -> str | None:
    """The id of the build that is served, or None."""
    current = warehouse / CURRENT
    if not (current / DATABASE).is_file():
        return None
    if current.is_symlink():
        return current.resolve().name
    name = _stated(current).get("build")  # a backup may hold the build in place of the link
    return name if isinstance(name, str) and name == Path(name).name else None


def manifest(warehouse: Path, build_id: str) -> dict:
    """What a build says of itself: its inputs, counts and checks; nothing where that is damaged, or
    said of another build."""
    found = _stated(build_folder(warehouse, build_id))
    return found if found.get("build", build_id) == build_id else {}


def _stated(folder: Path) -> dict:
    try:
        found = disk.read(folder / "manifest.json")
    except (OSError, ValueError):
        return {}
    is_whole = isinstance(found, dict) and found.get(SEAL, seal(found)) == seal(found)
    return found if is_whole and _has_its_kinds(found) else {}


def _has_its_kinds(found: dict) -> bool:
    """Whether a manifest says in lists and tables what others read there: one of before has no
    seal that would tell."""
    return (
        all(isinstance(found.get(name), kind) for name, kind in STATED.items())
        and all(isinstance(found.get(name, {}), dict) for name in LATER)
        and all(isinstance(counts, dict) for counts in found["sources"].values())
        and all(isinstance(check, dict) and "failed_rows" in check for check in found["checks"])
        and all(isinstance(drop, dict) and {"source", "file", "key"} <= drop.keys()
                for drop in found["drops"])
        and isinstance(found.get("contents", {}).get("tables", {}), dict)
    )  # fmt: skip


def seal(stated: dict) -> str:
    """The hash of all that a manifest says, which it says last: a digit that a disk changed in it
    would else be believed. Manifests of before have none."""
    rest = {name: value for name, value in stated.items() if name != SEAL}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def build_ids(warehouse: Path) -> list[str]:
    """Ids of the whole builds on disk, the oldest publication first."""
    folders = (path.name for path in builds_folder(warehouse).glob("*"))
    on_disk = {build_id for build_id in folders if manifest(warehouse, build_id)}
    order = {build_id: position for position, build_id in enumerate(publications(warehouse))}
    return sorted(on_disk, key=lambda build_id: (order.get(build_id, -1), build_id))


def publications(warehouse: Path) -> list[str]:
    """Ids in the order in which they were served; an id may come back."""
    return [build_id for build_id in map(published, journal(warehouse)) if build_id]


def journal(warehouse: Path) -> list[str]:
    """Its lines, torn ones among them."""
    path = warehouse / JOURNAL
    if not path.exists():
        return []
    return path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True)


def entry(line: str) -> dict[str, Any]:
    """What a line of the journal tells; nothing of a torn one."""
    try:
        found = disk.parsed(line)
    except ValueError:
        return {}
    if not isinstance(found, dict) or not line.endswith("\n") or not {"build", "ledger"} & {*found}:
        return {}
    told = [found[name] for name in ("build", "ledger", "sha256", "lost") if name in found]
    # what is not printable, NUL or half a letter, is in no name of a file
    is_whole = all(isinstance(word, str) and word.isprintable() for word in told)
    return found if is_whole else {}


def published(line: str) -> str | None:
    """The build that a line of the journal tells of."""
    return entry(line).get("build")


def previous_build(warehouse: Path, build_id: str) -> str | None:
    """The build that was served before this one and is still on disk, or None."""
    return next(_earlier(warehouse, build_id), None)


def compared_build(warehouse: Path, build_id: str) -> str | None:
    """The last build served before this one that was made from other drops: what changed since is
    in the data, not in the settings or the code. None where there is none on disk."""
    drops = _drops(warehouse, build_id)
    earlier = _earlier(warehouse, build_id)
    return next((one for one in earlier if not drops or _drops(warehouse, one) != drops), None)


def _drops(warehouse: Path, build_id: str) -> set[tuple[str, str]]:
    """(source, content hash) of each drop of a build; none where its manifest is lost."""
    stated = manifest(warehouse, build_id).get("drops", [])
    return {(drop["source"], drop.get("content", drop["key"])) for drop in stated}


def _earlier(warehouse: Path, build_id: str) -> Iterator[str]:
    """The builds on disk that were served before one, the last of them first."""
    served = publications(warehouse)
    before = served[: served.index(build_id)] if build_id in served else served
    on_disk = set(build_ids(warehouse))
    yield from (earlier for earlier in reversed(before) if earlier in on_disk)


def publish(warehouse: Path, build_id: str, *, keep: int) -> None:
    """Serves a build by one atomic rename, then removes the builds beyond the last `keep`."""
    if not (build_folder(warehouse, build_id) / DATABASE).exists():
        raise WarehouseError("no_such_build", build=build_id)
    # first, so that a build that somebody has seen is never missing there
    if publications(warehouse)[-1:] != [build_id]:
        note_publication(warehouse, build_id)
    if served_build(warehouse) != build_id:
        link(warehouse, build_id)
    for old in build_ids(warehouse)[:-keep]:
        if old != build_id:
            shutil.rmtree(build_folder(warehouse, old))


def take_over(other: Path, warehouse: Path, build_id: str) -> None:
    """Moves a build that another warehouse made to its place in this one, unless one stands there;
    whoever uses it verifies it first."""
    made, place = build_folder(other, build_id), build_folder(warehouse, build_id)
    if made.is_dir() and not place.exists():
        place.parent.mkdir(exist_ok=True)
        shutil.move(made, place)


def note_publication(warehouse: Path, build_id: str) -> None:
    """Says in the journal that a build is served."""
    disk.append(warehouse / JOURNAL, json.dumps({"build": build_id}))


def link(warehouse: Path, build_id: str) -> None:
    """Lets `current` lead to a build."""
    fresh = warehouse / f".{CURRENT}.{os.getpid()}"
    for left in warehouse.glob(f".{CURRENT}.*"):  # by a run that was killed
        left.unlink()
    fresh.symlink_to(Path("builds") / build_id, target_is_directory=True)
    fresh.replace(warehouse / CURRENT)
    disk.sync(warehouse)


def status(warehouse: Path) -> dict:
    """Builds, which one is served, freshness and counts, as `status --json` prints them."""
    served = served_build(warehouse)
    builds = [
        {"build": build_id, "served": build_id == served}
        | {key: manifest(warehouse, build_id)[key] for key in ("as_of", "synthetic", "sources")}
        | {"partners": manifest(warehouse, build_id).get("partners", {})}
        for build_id in build_ids(warehouse)
    ]
    failed = sorted(path.parent.name for path in (warehouse / "failed").glob("*/manifest.json"))
    whole = {one["build"] for one in builds}
    torn = sorted(
        path.name for path in builds_folder(warehouse).glob("*") if path.name not in whole
    )
    return {
        "served": served, "builds": builds, "torn": torn, "failed": failed,
        "held": held(warehouse),
    }  # fmt: skip


def held(warehouse: Path) -> list[dict]:
    """The snapshots that the last build was held for, as holding.note writes them; none of those
    that the build which is served now contains, as after a rollback to it."""
    path, served = warehouse / HELD, served_build(warehouse)
    if served is None or not path.exists():
        return []
    # a manifest that was lost hides nothing
    contained = [drop["key"] for drop in manifest(warehouse, served).get("drops", [])]
    try:
        found = disk.read(path)
    except (OSError, ValueError):  # torn: the next build says it again
        return []
    is_whole = isinstance(found, list) and all(map(_is_noted, found))
    return [one for one in found if one.get("key") not in contained] if is_whole else []


def _is_noted(one: object) -> bool:
    return isinstance(one, dict) and all(
        type(one.get(name)) is kind for name, kind in NOTED.items()
    )


@contextmanager
def brief_cursor(
    connection: duckdb.DuckDBPyConnection, seconds: float
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor for one use by one thread, interrupted after so many seconds."""
    cursor = connection.cursor()
    timer = threading.Timer(seconds, cursor.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield cursor
    finally:
        timer.cancel()
        cursor.close()


def open_build(folder: Path, database: str = DATABASE) -> duckdb.DuckDBPyConnection:
    """Opens a build to read. Use one `cursor()` for each query: a connection is not thread-safe.

    Takes the real folder of a build, never the `current` link: a handle must not outlive what it
    points to. Nothing outside the file can be reached through the connection. Raises duckdb.Error.
    """
    if not (folder / database).is_file():  # a pipe would be waited for without end
        raise duckdb.IOException(f"no file: {database}")
    with _opening:
        connection = duckdb.connect(
            str(folder / database),
            read_only=True,
            config={"memory_limit": "1GB", "threads": 2},
        )
        # a file that is open already in this process is the same database, its settings locked
        if not connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
            connection.execute("SET GLOBAL TimeZone = 'Europe/Paris'")
            connection.execute("SET enable_external_access = false")
            connection.execute("SET lock_configuration = true")
    return connection
