"""Files that founders send, until they are brought in: each in a folder of its own below
data/incoming, which nobody else may look into.

A file grows part by part under the name PART and gets its own name, in a folder of its own, once it
is whole and on the disk: what has a name can be trusted. Whatever else is put beside it goes with
it. Removed is what is older than KEPT_S, what nobody has gone on with for IDLE_S, and, when a
server starts beside no other, all that is not whole: nobody can tell then whether its last part
reached the disk.
"""

import fcntl
import json
import logging
import os
import re
import secrets
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from etl import disk, paths
from etl.bring import recovery, states
from etl.intake import drops
from etl.problems import Told, clip

MB, GB = 2**20, 2**30
LARGEST = 500 * MB
OWN_FILES, OWN_BYTES = 20, 2 * GB  # of one owner
ALL_BYTES = 5 * GB  # of all owners together
LEFT_FREE = 2 * GB
KEPT_S, IDLE_S = 24 * 3600, 3600
TEXTS = (*drops.TEXT_ENDINGS, *drops.JSON_ENDINGS)
ENDINGS = (
    *(text + packed for text in TEXTS for packed in ("", *drops.PACKED_ENDINGS)),
    ".parquet",
    ".xlsx",
    ".zip",  # rows to correct, as they left: `corrected` refuses any other
)
KEPT = ("name", "shown", "size", "owner", "created", "changed")
ABOUT, PART, FILE = "upload.json", "part", "file"  # the last is a folder: any name may be there
LONGEST = 120  # bytes of a name without its ending
SHOWN = 80  # signs of a name in a sentence
_ID = re.compile(r"[0-9a-f]{32}")
log = logging.getLogger("maillage.incoming")
_ODD = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Upload:
    """A file on its way or whole. ``name`` is safe to be a file's, ``shown`` is what its owner
    calls it: any text. ``size`` and ``received`` are bytes, ``created`` seconds since 1970,
    ``changed`` when its owner changed it last, as the browser tells: 0 where it does not."""

    id: str
    folder: Path
    name: str
    shown: str
    size: int
    owner: str
    created: float
    received: int
    changed: int = 0

    @property
    def path(self) -> Path:
        """The file; it is there once the upload is finished."""
        return self.folder / FILE / self.name

    @property
    def ending(self) -> str:
        """What kind of file it is: one of ENDINGS without its first dot, such as csv.gz."""
        return next(one for one in ENDINGS if self.name.endswith(one))[1:]

    @property
    def is_finished(self) -> bool:
        """Whether the file is whole and on the disk."""
        return self.path.exists()


def base() -> Path:
    """Where all uploads are: beside data/raw, so that a file is moved there and not copied."""
    return paths.DATA / "incoming"


def begin(owner: str, name: str, size: int, changed: int = 0) -> Upload:
    """Makes room for a file of so many bytes; one that was cut before is gone on with, where it is
    known to be the same. Raises Told when it may not come."""
    try:
        return _begin(owner, name, size, changed)
    except OSError as error:
        raise _disk(_shown(name)) if disk.is_full(error) else error from None


def _begin(owner: str, name: str, size: int, changed: int) -> Upload:
    shown, safe = _shown(name), _safe(name)
    if not safe:
        raise Told("incoming_ending", name=shown)
    if size < 1:
        raise Told("incoming_empty", name=shown)
    if size > LARGEST:
        raise Told("incoming_too_large", name=shown, most=LARGEST // MB)
    base().mkdir(mode=0o700, parents=True, exist_ok=True)
    base().chmod(0o700)
    sweep(time.time())
    same = (shown, size, changed)
    with _alone(base()):
        for begun in listed(owner) if changed else ():
            if not begun.is_finished and (begun.shown, begun.size, begun.changed) == same:
                return begun
        _check_room(owner, shown, size)
        one = secrets.token_hex(16)
        folder = base() / one
        folder.mkdir(mode=0o700)
        (folder / FILE).mkdir(mode=0o700)
        os.close(os.open(folder / PART, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        upload = Upload(one, folder, safe, shown, size, owner, time.time(), 0, changed)
        kept = {key: getattr(upload, key) for key in KEPT}
        disk.write(folder / ABOUT, json.dumps(kept).encode(), 0o600)
    return upload


def append(one: str, owner: str, offset: int, chunk: bytes) -> Upload:
    """Puts a part behind what was received; gives the upload as it is then.

    Raises Told, with nothing changed, when the part does not follow what was received (the
    argument ``received`` says from where to go on), when more comes than was told, or when the
    disk is nearly full.
    """
    folder = read(one, owner).folder
    with _alone(folder):
        upload = read(one, owner)  # others may have gone on, or taken it away
        if offset != upload.received:
            raise Told("incoming_offset", name=upload.shown, received=upload.received)
        if offset + len(chunk) > upload.size:
            raise Told("incoming_grew", name=upload.shown)
        if shutil.disk_usage(folder).free < LEFT_FREE + len(chunk):
            raise _disk(upload.shown)
        if upload.is_finished:  # nothing more came
            return upload
        with os.fdopen(os.open(folder / PART, os.O_WRONLY), "wb") as out:
            try:
                out.seek(offset)
                out.write(chunk)
                out.flush()
                if offset + len(chunk) == upload.size:
                    os.fsync(out.fileno())
            except OSError as error:
                os.truncate(folder / PART, offset)
                raise _disk(upload.shown) if disk.is_full(error) else error from None
        if offset + len(chunk) == upload.size:
            (folder / PART).rename(upload.path)
            disk.sync(folder / FILE)
            disk.sync(folder)
        return read(one, owner)


def listed(owner: str) -> list[Upload]:
    """The uploads of an owner, the oldest first."""
    return [upload for upload in _all() if upload.owner == owner]


def read(one: str, owner: str) -> Upload:
    """An upload by its id. Raises Told when this owner has none of that id."""
    upload = load(base() / one) if _ID.fullmatch(one) else None
    if upload is None or upload.owner != owner:
        raise Told("incoming_gone")
    return upload


def remove(one: str, owner: str) -> None:
    """Removes an upload with all that stands beside it. Raises Told when there is none."""
    folder = read(one, owner).folder
    if is_worked_with(folder):
        raise Told("incoming_busy")
    with _alone(folder):
        _take_away(folder)


@contextmanager
def serving(now: float) -> Iterator[None]:
    """Stands around all that a server does. Several may share the folders: only the first of them
    removes what is not whole, for the next ones it may be on its way through another."""
    folder = base().parent
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        is_first = True
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_first = False
        sweep(now, is_start=is_first)
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield
    finally:
        os.close(handle)


def sweep(now: float, is_start: bool = False) -> None:
    """Removes what is too old; when the first server starts, what is not whole too."""
    if not base().exists():
        return
    with _alone(base()):
        for folder in [path for path in base().iterdir() if _ID.fullmatch(path.name)]:
            try:
                with _alone(folder):
                    if _is_over(folder, now, is_start):
                        _take_away(folder)
            except Told:  # it went meanwhile
                continue


def is_worked_with(folder: Path) -> bool:
    """Whether a job runs there, or one was killed that must be ended first."""
    found = states.state(folder)
    return bool(found and found.status == "running") or recovery.is_open(folder)


def _is_over(folder: Path, now: float, is_start: bool) -> bool:
    upload = load(folder)
    if is_worked_with(folder):
        return False
    if upload and not -IDLE_S < now - upload.created < KEPT_S:  # or of a clock that was wrong
        return True
    if upload and upload.is_finished:
        return False
    part = folder / PART
    touched = (part if part.exists() else folder).stat().st_mtime
    return is_start or now - touched >= IDLE_S


def _check_room(owner: str, name: str, size: int) -> None:
    there = _all()
    mine = [upload for upload in there if upload.owner == owner]
    if len(mine) >= OWN_FILES or sum(upload.size for upload in mine) + size > OWN_BYTES:
        raise Told("incoming_yours", name=name, files=OWN_FILES, most=OWN_BYTES // GB)
    if sum(upload.size for upload in there) + size > ALL_BYTES:
        raise Told("incoming_all", name=name, most=ALL_BYTES // GB)
    on_the_way = sum(upload.size - upload.received for upload in there)
    if shutil.disk_usage(base()).free - on_the_way - size < LEFT_FREE:
        raise _disk(name)


def _disk(name: str) -> Told:
    return Told("incoming_disk", name=name, least=LEFT_FREE // GB)


def _all() -> list[Upload]:
    folders = base().iterdir() if base().exists() else iter(())
    found = (load(folder) for folder in folders if _ID.fullmatch(folder.name))
    return sorted((upload for upload in found if upload), key=lambda upload: upload.created)


def load(folder: Path) -> Upload | None:
    """The upload of a folder; None where there is none, or it is torn."""
    try:
        kept = disk.read(folder / ABOUT)
        try:
            received = (folder / PART).stat().st_size
        except FileNotFoundError:
            received = (folder / FILE / kept["name"]).stat().st_size
        return Upload(id=folder.name, folder=folder, received=received, **kept)
    except (OSError, ValueError, TypeError, KeyError):
        return None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time in a folder, whichever thread or process. Raises Told when it is gone."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        raise Told("incoming_gone") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not folder.exists():  # who was waited for has taken it away
            raise Told("incoming_gone")
        yield
    finally:
        os.close(handle)


def _take_away(folder: Path) -> None:
    (folder / ABOUT).unlink(missing_ok=True)  # first: what is left is no upload any more
    shutil.rmtree(folder, ignore_errors=True)
    if folder.exists():  # somebody writes into it; the next sweep finds it
        log.warning("An upload could not be removed whole yet: %s", folder.name)


def _shown(name: str) -> str:
    """A name as a text: without folders, and without signs that are not seen or turn the line."""
    seen = (sign for sign in _base(name) if unicodedata.category(sign)[0] != "C")
    return clip("".join(seen), SHOWN) or ""


def _safe(name: str) -> str:
    """A name that a file may bear, of letters, digits, dots and dashes; empty where its ending is
    none of ENDINGS."""
    told = unicodedata.normalize("NFC", _base(name))
    ending = next((one for one in ENDINGS if told.lower().endswith(one)), "")
    stem = _ODD.sub("_", told[: len(told) - len(ending)]).strip("._-")
    stem = stem.encode()[:LONGEST].decode(errors="ignore") or "file"
    safe = stem + ending if ending else ""
    return f"file-{safe}" if safe.lower() in drops.IGNORED else safe


def _base(name: str) -> str:
    return re.split(r"[/\\]", name)[-1]
