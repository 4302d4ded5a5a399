"""A build beside the served one: of all drops and one file that is not a drop yet.

trial/raw/         links to the drops, and the file with its sidecar
trial/warehouse/   a warehouse of its own: the lake and the served build by hard links, and a copy
                   of what partners were shown, which this build never adds to
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from etl.bring import incoming, placing, recovery
from etl.bring.folders import Folders
from etl.build import warehouse
from etl.disclosure import ledger
from etl.problems import Told

FOLDER = "trial"
KEPT = 3  # of all accounts; of one account the last


def prepare(places: Folders, folder: Path, files: Sequence[placing.Given]) -> list[str]:
    """Makes `folder` anew; returns the names of the files below its raw. Raises Told where the
    disk may not hold what is to be made."""
    shutil.rmtree(folder, ignore_errors=True)
    raw = folder / "raw"
    with warehouse.lock(places.warehouse):  # drops and build of one moment
        recovery.recover(places)
        _make_room(places, folder)
        check_disk(folder.parent, _weight(places, files))
        raw.mkdir(parents=True, mode=0o700)
        _mirror(places.raw, raw)
        _beside(places.warehouse, warehouse_of(folder))
    targets = placing.free(raw, files)
    for target, (_source, file, _name, text) in zip(targets, files, strict=True):
        placing.place(target, file, text)
    return [target.relative_to(raw).as_posix() for target in targets]


def check_disk(folder: Path, more: int = 0) -> None:
    """Raises Told unless as much of the disk stays free as beside files that are sent."""
    if shutil.disk_usage(folder).free - more < incoming.LEFT_FREE:
        raise Told("bring_disk", least=incoming.LEFT_FREE // incoming.GB)


def _weight(places: Folders, files: Sequence[placing.Given]) -> int:
    """About how many bytes a trial needs: those of another build, and of what is read of files."""
    build = (places.warehouse / warehouse.CURRENT).resolve()
    made = sum(path.stat().st_size for path in build.rglob("*") if path.is_file())
    return made + sum(file.stat().st_size for _source, file, *_ in files)


def _make_room(places: Folders, folder: Path) -> None:
    """Removes what trials before this one made: all of the same account, and of all but the newest.
    What they told stays, and what they made is made again where it is brought in."""
    own = incoming.load(folder.parent)
    others = [one for one in places.incoming.glob(f"*/{FOLDER}") if one != folder]
    working = {one for one in others if incoming.is_worked_with(one.parent)}
    left = sorted({*others} - working, key=lambda one: one.stat().st_mtime, reverse=True)
    left = [one for one in left if not own or not _is_of(one, own.owner)]
    kept = left[: max(0, KEPT - 1 - len(working))]
    for one in {*others} - working - {*kept}:
        shutil.rmtree(one, ignore_errors=True)


def _is_of(folder: Path, owner: str) -> bool:
    upload = incoming.load(folder.parent)
    return upload is not None and upload.owner == owner


def _mirror(raw: Path, mirrored: Path) -> None:
    """Folders anew, files as links to the drops."""
    for path in sorted(raw.rglob("*")) if raw.is_dir() else ():
        place = mirrored / path.relative_to(raw)
        if path.is_dir() and not path.is_symlink():
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.symlink_to(path.readlink() if path.is_symlink() else path.resolve())


def _beside(real: Path, private: Path) -> None:
    private.mkdir()
    for name in ("lake", ledger.folder(real).name):
        if (real / name).is_dir():
            shutil.copytree(
                real / name,
                private / name,
                copy_function=_linked,
                ignore=lambda _, names: [one for one in names if one.startswith(".")],
            )
    if (real / warehouse.JOURNAL).is_file():
        shutil.copyfile(real / warehouse.JOURNAL, private / warehouse.JOURNAL)
    if served := warehouse.served_build(real):
        folder = warehouse.build_folder(private, served)
        shutil.copytree((real / warehouse.CURRENT).resolve(), folder, copy_function=_linked)
        warehouse.link(private, served)


def _linked(path: str, place: str) -> str:
    try:
        os.link(path, place)
    except OSError:  # another file system
        shutil.copy2(path, place)
    return place


def warehouse_of(folder: Path) -> Path:
    """The private warehouse of a trial."""
    return folder / "warehouse"


def hand_over_lake(places: Folders, folder: Path) -> None:
    """Gives what a trial read to the lake, where it is found under the same key, and the key of the
    ledger where it made the first one. The caller holds the lock of the warehouse."""
    made, place = (
        ledger.folder(one) / ledger.KEY for one in (warehouse_of(folder), places.warehouse)
    )
    if made.exists() and not place.exists():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(made, place)
    for path in (warehouse_of(folder) / "lake").glob("[!.]*"):
        place = places.warehouse / "lake" / path.name
        if not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, place)
