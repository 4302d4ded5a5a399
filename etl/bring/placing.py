"""A file becomes a drop, with its sidecar, and can be taken back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from etl import disk
from etl.bring.folders import Folders
from etl.build import warehouse
from etl.intake import drops, sidecar
from etl.problems import Told

KEPT_DAYS = 30
Given = tuple[str, Path, str, str]  # source, where the file lies, its name, its sidecar
ENDINGS = (".csv.gz", ".csv.zst", ".json.gz", ".jsonl.gz", ".tsv.gz", ".txt.gz")


class PlacingError(Told):
    """A file cannot be placed or taken back; the code says why."""


def dated_name(name: str, as_of: date | None) -> str:
    """A file's name with the day that it speaks of, unless it bears one."""
    if as_of is None or drops.date_in(name):
        return name
    stem, ending = cut(name)
    return f"{stem}-{as_of}{ending}"


def cut(name: str) -> tuple[str, str]:
    """A name before its ending, and the ending, that of a packed file too."""
    ending = next((each for each in ENDINGS if name.lower().endswith(each)), Path(name).suffix)
    return name[: len(name) - len(ending)], name[len(name) - len(ending) :]


def free_name(folder: Path, name: str) -> str:
    """The name, or one with a number where a drop, or a sidecar, bears it already."""
    stem, ending = cut(name)
    taken = {path.name for path in folder.glob("*")} | {path.stem for path in folder.glob("*.toml")}
    tried, number = name, 2
    while tried in taken or f"{tried}.toml" in taken:
        tried = f"{stem}-no{number}{ending}"
        number += 1
    return tried


def place(raw: Path, source: str, file: Path, name: str, text: str) -> Path:
    """Makes a file a drop of a source under a free name, `text` its sidecar; returns where.

    The sidecar first: a run that is cut short leaves a sidecar alone, which a build names, and
    never a file that is misread without it. The caller holds the lock of the warehouse.
    """
    folder = raw / source
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / name).exists() and (folder / name).samefile(file):  # a run that was cut short
        disk.write(folder / f"{name}.toml", text.encode())
        return folder / name
    target = folder / free_name(folder, name)
    beside = target.with_name(f"{target.name}.toml")
    disk.write(beside, text.encode())
    try:
        os.link(file, target)  # never over another
    except FileExistsError:
        beside.unlink()
        raise
    except OSError:  # a file system without links
        shutil.copyfile(file, target)
    target.chmod(0o644)
    disk.sync(folder)
    return target


def unplace(targets: Sequence[Path]) -> None:
    """Takes drops and their sidecars away again, after a build of them failed."""
    for target in targets:
        target.unlink(missing_ok=True)
        target.with_name(f"{target.name}.toml").unlink(missing_ok=True)
        disk.sync(target.parent)


def take_back(places: Folders, file: str, folder: Path) -> list[str]:
    """Moves a drop with its sidecar, and the corrections of it, to `folder`; returns their names
    below raw. Raises PlacingError where it is gone or the only drop that there is."""
    target = places.raw / file
    if not target.is_file():
        raise PlacingError("bring_gone", file=file)
    with_it = [target, *corrections_of(places, file)]
    if not any(path for path in drops.find(places.raw) if path not in with_it):
        raise PlacingError("bring_only_one", file=file)
    for path in with_it:
        _move(path, folder / path.relative_to(places.raw))
    return [path.relative_to(places.raw).as_posix() for path in with_it]


def put_back(places: Folders, folder: Path, files: list[str]) -> None:
    """The drops that take_back moved, where they were; after a build without them failed."""
    for file in files:
        _move(folder / file, places.raw / file)


def _move(path: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = sidecar.beside(path)
    if beside:
        beside.rename(place.with_name(f"{place.name}.toml"))
    path.rename(place)
    disk.sync(place.parent)
    disk.sync(path.parent)


def corrections_of(places: Folders, file: str) -> list[Path]:
    """The drops that correct rows of a drop, and those that correct them."""
    served = warehouse.served_build(places.warehouse)
    stated = warehouse.manifest(places.warehouse, served).get("drops", []) if served else []
    hashes = {drop["file"]: drop.get("content") for drop in stated}
    found: list[Path] = []
    sought = {hashes.get(file)} - {None}
    while sought:
        again = set()
        for path in sorted(places.raw.rglob("*.toml")):
            drop = path.with_suffix("")
            is_one = sidecar.parsed(path).get("corrects") in sought and drop.is_file()
            if is_one and drop not in found:
                found.append(drop)
                again.add(hashes.get(drop.relative_to(places.raw).as_posix()))
        sought = again - {None}
    return found
