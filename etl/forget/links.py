"""Drops that lie elsewhere, or elsewhere too: a new file would take the place of the link, and the
old one still hold the person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from etl.build import warehouse
from etl.intake import archives, drops
from etl.problems import FileProblem, InputErrors


def refuse(raw: Path, files: Iterable[str], cleared: Iterable[Path]) -> None:
    """Raises InputErrors for the files below `raw` that are links, or of which another name stands
    neither among them nor in a folder that is cleared."""
    paths = {file: _path(raw, file) for file in files}
    problems = []
    beside = [path for folder in cleared for path in folder.rglob("*") if path.is_file()]
    known = Counter(_inode(path) for path in {*paths.values(), *beside})
    for file, path in paths.items():
        target = path.resolve()
        if target != raw.resolve() / path.relative_to(raw):
            problems.append(FileProblem("linked", value=str(target)).of(file))
        elif more := path.stat().st_nlink - known[_inode(path)]:
            problems.append(FileProblem("hard_linked", found=more, value=str(path)).of(file))
    if problems:
        raise InputErrors(problems)


def refuse_others(raw: Path, folder: Path) -> None:
    """Raises WarehouseError where no file that the served build was made of stands below `raw`: who
    erases there would lose that build, and the person would stay in its files."""
    served = warehouse.served_build(folder)
    made_of = warehouse.manifest(folder, served).get("drops", []) if served else []
    is_there = any(_path(raw, one["file"]).exists() for one in made_of)
    if served and not is_there and (made_of or not any(drops.find(raw))):
        raise warehouse.WarehouseError("erasure_elsewhere", raw=raw, folder=folder)


def _path(raw: Path, file: str) -> Path:
    """Where a drop lies: of one in an archive, the archive."""
    archive = archives.split(raw, file)
    return archive[0] if archive else raw / file


def _inode(path: Path) -> tuple[int, int]:
    told = path.stat()
    return told.st_dev, told.st_ino
