"""What a file is, whatever its name says: told by how it begins."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl import disk, faults
from etl.problems import FileProblem


class Kind(NamedTuple):
    """What a file is, as the writer of problems names it, and the ending that it is read under."""

    code: str
    ending: str = ""


ZIP = Kind("zip")
HTML = Kind("html")
JSON = Kind("json", ".json")
TABLE = Kind("text", ".csv")
MAGIC = {
    b"%PDF": Kind("pdf"),
    b"PK\x03\x04": ZIP,
    b"\xd0\xcf\x11\xe0": Kind("office"),
    b"PAR1": Kind("parquet", ".parquet"),
    b"\x1f\x8b": Kind("gzip"),
    b"\x28\xb5\x2f\xfd": Kind("zstd"),
    b"BZh": Kind("bzip2"),
    b"\xfd7zXZ": Kind("xz"),
    b"\x7fELF": Kind("program"),
    b"\x89PNG": Kind("picture"),
    b"\xff\xd8\xff": Kind("picture"),
    b"7z\xbc\xaf": Kind("7z"),
    b"Rar!": Kind("rar"),
    b"SQLite format 3": Kind("database"),
}
# What a ZIP archive is that holds a part whose name begins so.
ZIPPED = {
    "xl/workbook.bin": Kind("xlsb"),
    "xl/": Kind("workbook", ".xlsx"),
    "word/": Kind("word"),
    "content.xml": Kind("opendocument"),
}
ARCHIVE = Kind("archive", ".zip")
RECORD = re.compile(r"in record/value (\d+)")  # of DuckDB, where JSON is none
PATH = re.compile(r"\s*(['\"])/.*?\1")  # where a file lies on this machine is nobody's business
MOST_COLUMNS = 2_000  # each takes memory of its own, however few the rows
TAG = re.compile(rb"<(!--|(!doctype|\?xml|html|head|body|meta|style|table|tr|div|center)\b)", re.I)
JSON_START = re.compile(rb'\s*(\[\s*)?\{\s*"(?:[^"\\]|\\.)*"\s*:')
# the first line of a table, of letters and what separates them
TABLE_START = re.compile(rb"[^\x00-\x08\x0e-\x1f\[{\n\r][^\x00-\x08\x0e-\x1f\n\r]*[,;\t|]")


def of(head: bytes, path: Path) -> Kind | None:
    """What a file is that begins so, once unpacked, and is no table in text."""
    for magic, kind in MAGIC.items():
        if head.startswith(magic):
            return _zipped(path) if kind is ZIP else kind
    return HTML if TAG.match(_start(head)) else None


def _zipped(path: Path) -> Kind:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.replace("\\", "/").lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, UnicodeDecodeError, OSError):
        return ZIP
    found = (kind for part, kind in ZIPPED.items() if any(n.startswith(part) for n in names))
    return next(found, ARCHIVE)


def is_json(head: bytes) -> bool:
    return bool(JSON_START.match(_start(head)))


def is_table(head: bytes) -> bool:
    return bool(TABLE_START.match(_start(head)))


def _start(head: bytes) -> bytes:
    return head[:1000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")


def other(kind: Kind) -> FileProblem:
    """What is told of a file that is no such thing as its name says."""
    return FileProblem("other_format", kind=kind.code, ending=kind.ending)


def refuse_width(columns: int) -> None:
    """Raises FileProblem where a file has more columns than any table has."""
    if columns > MOST_COLUMNS:
        raise FileProblem("too_wide", columns=columns, most=MOST_COLUMNS)


def broken(error: Exception, form: str) -> FileProblem:
    """The problem of a file that cannot be read as what it is.

    Raises the error itself where it is not the file's: the disk is full, memory at its bound.
    """
    if disk.is_full(error) or isinstance(error, duckdb.OutOfMemoryException):
        raise error
    said = PATH.sub("", str(error).split("\n", 1)[0])
    record = RECORD.search(said)
    line = max(int(record[1]) - 1, 1) if record else None  # it counts what it has begun with
    return FileProblem("broken_format", line=line, format=form, fault=faults.of(error, said))


def refuse_other(path: Path, ending: str) -> None:
    """Raises FileProblem for a workbook, Parquet, JSON or ZIP file that is plainly none."""
    with path.open("rb") as file:
        head = file.read(1000)
    kind = of(head, path) or (JSON if is_json(head) else TABLE if is_table(head) else None)
    if kind and kind is not ZIP and kind.ending != ending:
        raise other(kind)
