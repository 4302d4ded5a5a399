"""A file becomes a drop, with its sidecar, and can be taken back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from etl import disk
from etl.bring.folders import Folders
from etl.build import warehouse
from etl.intake import drops, sidecar
from etl.problems import Told

KEPT_DAYS = 30
Given = tuple[str, Path, str, str]  # source, where the file lies, its name, its sidecar
ENDINGS = tuple(
    text + packed
    for text in (*drops.TEXT_ENDINGS, *drops.JSON_ENDINGS)
    for packed in drops.PACKED_ENDINGS
)


class PlacingError(Told):
    """A file cannot be placed or taken back; the code says why."""


def cut(name: str) -> tuple[str, str]:
    """A name before its ending, and the ending, that of a packed file too."""
    ending = next((each for each in ENDINGS if name.lower().endswith(each)), Path(name).suffix)
    return name[: len(name) - len(ending)], name[len(name) - len(ending) :]


def free(raw: Path, files: Sequence[Given]) -> list[Path]:
    """Where each file is to be placed: under its name, or one with a number where another drop
    bears it already."""
    targets: list[Path] = []
    for source, _file, name, _text in files:
        stem, ending = cut(name)
        target, number = raw / source / name, 2
        while target in targets or target.exists() or target.is_symlink():
            target = raw / source / f"{stem}-no{number}{ending}"
            number += 1
        targets.append(target)
    return targets


def place(target: Path, file: Path, text: str) -> None:
    """Makes a file a drop, `text` its sidecar. Raises PlacingError where the file is gone.

    The sidecar first: a run that is cut short leaves a sidecar alone, and never a file that is
    misread without it. The caller holds the lock of the warehouse.
    """
    if not file.is_file():
        raise PlacingError("bring_gone", file=file.name)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f"{target.name}.toml")
    disk.write(beside, text.encode())
    try:
        try:
            os.link(file, target)  # never over another
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            shutil.copyfile(file, target)
        target.chmod(0o644)
    except BaseException:
        unplace([target])
        raise
    disk.sync(target.parent)


def unplace(targets: Sequence[Path]) -> None:
    """Takes drops and their sidecars away again, after a build of them failed."""
    for target in targets:
        target.unlink(missing_ok=True)
        target.with_name(f"{target.name}.toml").unlink(missing_ok=True)
        if target.parent.is_dir():
            disk.sync(target.parent)


def take_back(places: Folders, file: str, folder: Path) -> list[str]:
    """Moves a drop with its sidecar, and the corrections of it, to `folder`; returns their names
    below raw. Raises PlacingError where it is gone or the only drop that there is."""
    target = places.raw / file
    if not target.is_file():
        raise PlacingError("bring_gone", file=file)
    if is_only(places, file):
        raise PlacingError("bring_only_one", file=file)
    with_it = [target, *corrections_of(places, file)]
    for path in with_it:
        _move(path, folder / path.relative_to(places.raw))
    return [path.relative_to(places.raw).as_posix() for path in with_it]


def is_only(places: Folders, file: str) -> bool:
    """Whether nothing would be left without a drop: there is no build of nothing."""
    with_it = [places.raw / file, *corrections_of(places, file)]
    return not any(path for path in drops.find(places.raw) if path not in with_it)


def put_back(places: Folders, folder: Path, files: list[str]) -> None:
    """The drops that take_back moved, where they were; after a build without them failed. Raises
    PlacingError where another stands there by now."""
    for file in files:
        if (places.raw / file).exists():
            raise PlacingError("bring_taken", file=file)
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
