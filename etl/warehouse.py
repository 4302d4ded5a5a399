"""The warehouse folder: builds, which one is served, and how another takes its place.

warehouse/builds/<id>/       a published build, never changed
warehouse/failed/<id>/       a build whose checks failed, kept to look into
warehouse/current            link to the build that is served
warehouse/published.jsonl    one line for each publication, oldest first
warehouse/published/         what partners were shown, publication by publication
"""

import json
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock

from etl.problems import Told

DATABASE = "marketplace.duckdb"
PARTNERS = "partners.duckdb"  # beside it: what partner agencies may see, and nothing else
ERASURE = "forgetting.json"  # stands there from the first change of an erasure to its last


class WarehouseError(Told):
    """Something the user asked of the warehouse cannot be done; the message says why."""

    @classmethod
    def nothing_served(cls) -> "WarehouseError":
        return cls(
            "no build is served yet: run `python -m etl build`",
            "aucune version n'est servie : lancez `python -m etl build`",
        )

    @classmethod
    def of_another_version(cls, build_id: str) -> "WarehouseError":
        return cls(
            f"build {build_id} was made by another version: run `python -m etl build`",
            f"la version {build_id} vient d'un autre état du programme : lancez `python -m etl"
            " build`",
        )


def builds_folder(warehouse: Path) -> Path:
    return warehouse / "builds"


def build_folder(warehouse: Path, build_id: str) -> Path:
    return builds_folder(warehouse) / build_id


@contextmanager
def lock(warehouse: Path, *, to_erase: bool = False) -> Iterator[None]:
    """One build or publication at a time, whichever process starts it.

    Who holds the lock may take it again. While an erasure is unfinished only another one gets it:
    raises WarehouseError otherwise.
    """
    warehouse.mkdir(parents=True, exist_ok=True)
    with FileLock(warehouse / ".lock", is_singleton=True) as held:
        journal = warehouse / ERASURE
        if journal.exists() and not to_erase and held.lock_counter == 1:
            provider = json.loads(journal.read_text(encoding="utf-8"))["provider"]
            raise WarehouseError(
                f"an erasure was interrupted: finish it with `python -m etl forget provider"
                f" {provider}`",
                f"un effacement a été interrompu : terminez-le par `python -m etl forget provider"
                f" {provider}`",
            )
        yield


def served_build(warehouse: Path) -> str | None:
    """The id of the build that is served, or None."""
    link = warehouse / "current"
    return link.resolve().name if (link / DATABASE).exists() else None


def manifest(warehouse: Path, build_id: str) -> dict:
    """What a build says of itself: its inputs, counts and checks."""
    path = build_folder(warehouse, build_id) / "manifest.json"
    return json.loads(path.read_text(encoding="utf-8"))


def build_ids(warehouse: Path) -> list[str]:
    """Ids of the builds on disk, the oldest publication first."""
    on_disk = {path.parent.name for path in builds_folder(warehouse).glob("*/manifest.json")}
    order = {build_id: position for position, build_id in enumerate(publications(warehouse))}
    return sorted(on_disk, key=lambda build_id: (order.get(build_id, -1), build_id))


def publications(warehouse: Path) -> list[str]:
    """Ids in the order in which they were served; an id may come back."""
    path = warehouse / "published.jsonl"
    if not path.exists():
        return []
    return [json.loads(line)["build"] for line in path.read_text(encoding="utf-8").splitlines()]


def previous_build(warehouse: Path, build_id: str) -> str | None:
    """The build that was served before this one and is still on disk, or None."""
    earlier: str | None = None
    on_disk = set(build_ids(warehouse))
    for published in publications(warehouse):
        if published == build_id:
            break
        if published in on_disk:
            earlier = published
    return earlier


def publish(warehouse: Path, build_id: str, *, keep: int) -> None:
    """Serves a build by one atomic rename, then removes the builds beyond the last `keep`."""
    if not (build_folder(warehouse, build_id) / DATABASE).exists():
        raise WarehouseError(f"there is no build {build_id}", f"la version {build_id} n'existe pas")
    if served_build(warehouse) != build_id:
        fresh = warehouse / f".current.{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(Path("builds") / build_id, target_is_directory=True)
        fresh.replace(warehouse / "current")
        with (warehouse / "published.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps({"build": build_id}) + "\n")
    for old in build_ids(warehouse)[:-keep]:
        if old != build_id:
            shutil.rmtree(build_folder(warehouse, old))


def rollback(warehouse: Path, build_id: str | None = None, *, keep: int) -> str:
    """Serves an earlier build: the one named, else the one served before. Returns its id."""
    with lock(warehouse):
        served = served_build(warehouse)
        if served is None:
            raise WarehouseError.nothing_served()
        target = build_id or previous_build(warehouse, served)
        if target is None:
            raise WarehouseError(
                f"there is no build before {served}", f"il n'y a pas de version avant {served}"
            )
        if target not in build_ids(warehouse):
            known = ", ".join(build_ids(warehouse))
            raise WarehouseError(
                f"there is no build {target}; there are: {known}",
                f"la version {target} n'existe pas ; il y a : {known}",
            )
        publish(warehouse, target, keep=keep)
        return target


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
    return {"served": served, "builds": builds, "failed": failed}


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
    points to. Nothing outside the file can be reached through the connection.
    """
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
