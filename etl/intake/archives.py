"""ZIP archives among the drops: each is read as the folder that it is.

Findings name the archive and the file in it, `providers/to-correct.zip/providers/town.csv`.
"""

from __future__ import annotations

import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from etl import disk, faults
from etl.intake import contract, drops, kinds, name_dates, sidecar
from etl.problems import FileProblem

ENDING = ".zip"
MACINTOSH = "__MACOSX"  # what a Mac adds to every archive
DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
    OSError, UnicodeDecodeError,  # of a name
)  # fmt: skip


class Found(NamedTuple):
    """A drop: where it can be read, its name below the raw folder, and what keeps it from being
    read."""

    path: Path
    file: str
    problem: FileProblem | None = None

    @property
    def source(self) -> str:
        """The innermost folder that is a source, else the outermost; empty without a folder."""
        folders = self.file.split("/")[:-1]
        known = [folder for folder in folders if folder in contract.sources()]
        return [*folders[:1], *known[-1:]][-1] if folders else ""

    def readable(self) -> Path:
        """The path. Raises FileProblem when it cannot be read."""
        if self.problem:
            raise self.problem
        return self.path


def is_archive(path: Path) -> bool:
    return path.suffix.lower() == ENDING and path.is_file()


def opened(raw: Path, paths: Iterable[Path], scratch: Path) -> Iterator[Found]:
    """Each path as a drop, an archive as those that it holds, unpacked below `scratch`."""
    for path in paths:
        file = path.relative_to(raw).as_posix()
        if not is_archive(path):
            yield Found(path, file)
            continue
        try:
            folder = unpacked(path, scratch)
            lone = sorted(drops.orphans(folder))
            inside = list(drops.find(folder))
            if not inside and not lone:
                raise FileProblem("empty")
        except FileProblem as problem:
            yield Found(path, file, problem)
            continue
        for orphan in lone:
            name = f"{file}/{orphan.relative_to(folder).as_posix()}"
            yield Found(orphan, name, FileProblem("sidecar_alone"))
        for member in inside:
            yield Found(member, f"{file}/{member.relative_to(folder).as_posix()}")


def unpacked(path: Path, scratch: Path) -> Path:
    """A new folder below `scratch` with what an archive holds. Raises FileProblem.

    A sidecar beside the archive serves the files in it that have none of their own.
    """
    folder = Path(tempfile.mkdtemp(prefix="zip-", dir=scratch))
    written: set[str] = set()
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if not is_meant(entry):
                    continue
                place = archive.extract(entry, folder)
                if place in written:
                    raise FileProblem("twice_in_archive", value=entry.filename)
                written.add(place)
    except DAMAGED as error:
        if disk.is_full(error):
            raise
        kinds.refuse_other(path, ENDING)
        raise FileProblem("truncated", fault=faults.of(error)) from error
    if beside := sidecar.beside(path):
        for member in list(drops.find(folder)):
            if sidecar.beside(member) is None:
                shutil.copy(beside, member.with_name(f"{member.name}.toml"))
    return folder


def is_meant(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file that somebody put there."""
    return not entry.is_dir() and MACINTOSH not in PurePosixPath(entry.filename).parts


def date_in(file: str) -> date | None:
    """The date in the name of the archive that a drop lies in, if any."""
    for part in reversed(file.split("/")[:-1]):
        if part.lower().endswith(ENDING) and (named := name_dates.date_in(part)):
            return named
    return None


def split(raw: Path, file: str) -> tuple[Path, str] | None:
    """The archive of a drop and the name in it; None for a file that lies there as it is."""
    parts = file.split("/")
    for length in range(1, len(parts)):
        path = raw.joinpath(*parts[:length])
        if is_archive(path):
            return path, "/".join(parts[length:])
    return None


def has_sidecars(path: Path) -> bool:
    if not is_archive(path) or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        return any(name.endswith(".toml") for name in archive.namelist())


def pack(folder: Path, path: Path, prefix: str) -> None:
    """Makes an archive anew of what a folder holds, or removes it where no drop is left there."""
    if not any(drops.find(folder)):
        path.unlink()
        return
    fresh = path.with_name(f"{prefix}{path.name}")
    with zipfile.ZipFile(fresh, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in sorted(folder.rglob("*")):
            if one.is_file():
                archive.write(one, one.relative_to(folder).as_posix())
    shutil.copymode(path, fresh)
    fresh.replace(path)
