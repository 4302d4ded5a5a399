"""What is written so that a power cut leaves it whole, and read again; a disk that is full."""

import errno
import json
import os
from pathlib import Path
from typing import Any

FRESH = ".new"  # ends the name of a file until it is whole
FULL = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)))


def is_full(error: BaseException) -> bool:
    """Whether an error, of Python or of DuckDB, says that nothing more can be written."""
    return any(words in str(error) for words in FULL)


def sync(path: Path) -> None:
    """Waits until a file, or the names in a folder, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, content: bytes, mode: int = 0o666) -> None:
    """Puts a file there whole, in place of one of before."""
    fresh = path.with_name(path.name + FRESH)
    try:
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
    except OSError:
        fresh.unlink(missing_ok=True)  # on a full disk it would take the room that is left
        raise
    fresh.replace(path)
    sync(path.parent)


def append(path: Path, line: str) -> None:
    """Puts a line at the end of a file, below one that was cut short too."""
    with path.open("ab+") as out:
        if out.tell():
            out.seek(-1, os.SEEK_END)
            line = line if out.read() == b"\n" else f"\n{line}"
        out.write(f"{line}\n".encode())
        out.flush()
        os.fsync(out.fileno())
    sync(path.parent)


def parsed(text: str | bytes) -> Any:
    """What a text in JSON says. Raises ValueError of one that is none, or is nested without end."""
    try:
        return json.loads(text)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def read(path: Path) -> Any:
    """What a file of ours in JSON says. Raises ValueError of one that is none, OSError where it
    cannot be read."""
    return parsed(contents(path))


def contents(path: Path) -> bytes:
    """The bytes of a file. Raises OSError, also of a pipe: it would be waited for without end."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.ESPIPE, os.strerror(errno.ESPIPE), str(path))
    return path.read_bytes()


def move(path: Path, place: Path) -> None:
    """Renames a folder whose files are on the disk already."""
    sync(path)
    path.rename(place)
    sync(place.parent)
