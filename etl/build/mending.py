"""What a run does first, so that no damage of a kill, a disk or a hand stays: it needs the lock.

Torn lines go, damaged builds are put aside, and what is served and what the journal says agree.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from etl import disk
from etl.build import warehouse
from etl.problems import Note

Told = tuple[str, Note]
LITTER = (".current.*", ".replaced", "*.new", "published/*.new", "published/.entry")


def mend(folder: Path) -> list[Told]:
    """Mends what can be mended without a guess. Returns what was damaged, by file."""
    for pattern in LITTER:
        for path in folder.glob(pattern):
            remove(path)
    return [*_journal(folder), *_manifests(folder), *_served(folder)]


def remove(path: Path) -> None:
    """Removes a file, a link, or a folder with what it holds."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _journal(folder: Path) -> Iterator[Told]:
    """Leaves torn lines out."""
    lines = warehouse.journal(folder)
    whole = [line for line in lines if warehouse.entry(line)]
    if whole != lines:
        disk.write(folder / warehouse.JOURNAL, "".join(whole).encode())
        yield warehouse.JOURNAL, Note("torn_journal", {"lines": len(lines) - len(whole)})


def _manifests(folder: Path) -> Iterator[Told]:
    """Puts builds aside that no longer say what they are made of; one that is served stays until
    another one is."""
    served = warehouse.served_build(folder)
    for path in sorted(warehouse.builds_folder(folder).glob("*")):
        if warehouse.manifest(folder, path.name):
            continue
        yield f"builds/{path.name}", Note("torn_manifest", {"build": path.name})
        if path.is_symlink() or not path.is_dir():
            remove(path)
        elif path.name != served:
            aside = folder / "failed" / path.name
            remove(aside)
            aside.parent.mkdir(exist_ok=True)
            disk.move(path, aside)


def _served(folder: Path) -> Iterator[Told]:
    """Makes `current` a link to a build again, and the last word of the journal that build."""
    current = folder / warehouse.CURRENT
    served = warehouse.served_build(folder)
    if served and not current.is_symlink():  # a backup may hold the build in place of the link
        place = warehouse.build_folder(folder, served)
        if warehouse.manifest(folder, served):
            shutil.rmtree(current)
        else:
            remove(place)
            place.parent.mkdir(exist_ok=True)
            disk.move(current, place)
        warehouse.link(folder, served)
        yield warehouse.CURRENT, Note("current_folder", {"build": served})
    elif not served:
        was_there = current.is_symlink() or current.exists()
        served = _last(folder)
        if served:
            remove(current)
            warehouse.link(folder, served)
            yield warehouse.CURRENT, Note("current_lost", {"build": served})
        elif was_there:
            remove(current)
    _agree(folder, served)


def _last(folder: Path) -> str | None:
    """The build published last of those on disk whose database is there. One that no line of the
    journal tells of may be of a run that was cut short before the ledger knew it."""
    found = [
        build_id
        for build_id in warehouse.publications(folder)
        if (warehouse.build_folder(folder, build_id) / warehouse.DATABASE).is_file()
    ]
    return next(reversed(found), None)


def _agree(folder: Path, served: str | None) -> None:
    """A publication that was cut short stands in the journal, and was never served."""
    told = warehouse.publications(folder)
    if not served or told[-1:] == [served]:
        return
    if told[-2:-1] == [served]:
        lines = warehouse.journal(folder)
        last = max(n for n, line in enumerate(lines) if warehouse.published(line))
        disk.write(folder / warehouse.JOURNAL, "".join(lines[:last] + lines[last + 1 :]).encode())
    else:
        warehouse.note_publication(folder, served)
