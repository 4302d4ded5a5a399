"""Text files made plain: decompressed, in UTF-8, scanned for what would shift line numbers.

A clean file is read by DuckDB where it lies. Anything that would shift line numbers or swallow
rows (blank lines, quoted line breaks, broken quotes, wrong numbers of columns) goes through
`rewrite`, which writes a clean copy with the line number in front, and the bad lines apart.
"""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import numpy as np
import zstandard

from etl.problems import FileProblem

LINE_LIMIT = 16 * 1024 * 1024
CHUNK = 8 * 1024 * 1024
SEPARATORS = (",", ";", "\t", "|")
# How files of another kind begin, and what they are in English and in French.
MAGIC = (
    (b"%PDF", "PDF", "du PDF"),
    (b"PK\x03\x04", "a ZIP archive or a workbook", "une archive ZIP ou un classeur"),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Office file (.xls, .doc)",
        "un ancien fichier Office (.xls, .doc)",
    ),
    (b"PAR1", "Parquet", "du Parquet"),
    (b"\x7fELF", "a program", "un programme"),
    (b"\x89PNG", "a picture", "une image"),
    (b"\xff\xd8\xff", "a picture", "une image"),
    (b"7z\xbc\xaf", "a 7z archive", "une archive 7z"),
    (b"Rar!", "a RAR archive", "une archive RAR"),
    (b"SQLite format 3", "a database", "une base de données"),
)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError, zipfile.BadZipFile)


@dataclass
class Scan:
    """What one pass over the bytes of a UTF-8 text tells. Counts are of physical lines."""

    size: int = 0
    lines: int = 0
    has_blank: bool = False
    has_odd_quotes: bool = False
    has_lone_return: bool = False
    is_mixed: bool = False

    @property
    def is_regular(self) -> bool:
        """True when the n-th record can only stand on the n-th line."""
        return not (self.has_blank or self.has_odd_quotes or self.has_lone_return or self.is_mixed)


@dataclass(frozen=True)
class Text:
    """A UTF-8 text on disk, perhaps a temporary copy of the drop."""

    path: Path
    scan: Scan


def open_bytes(path: Path) -> IO[bytes]:
    """The bytes of a file, decompressed when it is gzip, zstd or .zip. Raises FileProblem."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic.startswith(b"\x1f\x8b"):
            return cast(IO[bytes], gzip.open(path, "rb"))
        if magic == b"\x28\xb5\x2f\xfd":
            return cast(
                IO[bytes],
                zstandard.ZstdDecompressor().stream_reader(
                    path.open("rb"), read_across_frames=True, closefd=True
                ),
            )
        if path.suffix.lower() == ".zip" and magic == b"PK\x03\x04":
            return _open_zipped(path)
        return path.open("rb")
    except OSError as error:
        raise FileProblem("unreadable", detail=error.strerror or str(error)) from error


def _open_zipped(path: Path) -> IO[bytes]:
    """The one file in an archive."""
    try:
        archive = zipfile.ZipFile(path)
        inside = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(inside) != 1:
            names = ", ".join(entry.filename for entry in inside)
            raise FileProblem("broken_format", format="ZIP", detail=f"one file expected: {names}")
        return archive.open(inside[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:  # or a password
        raise FileProblem("truncated", detail=str(error)) from error


def chunks(path: Path) -> Iterator[bytes]:
    """The decompressed bytes, piece by piece. Raises FileProblem when they are damaged."""
    try:
        with open_bytes(path) as stream:
            while piece := stream.read(CHUNK):
                yield piece
            compressed = getattr(stream, "_source", None)
            if compressed is not None and compressed.read(1):
                raise FileProblem("truncated", detail="unexpected end")
    except DAMAGED as error:
        raise FileProblem("truncated", detail=str(error)) from error
    except OSError as error:
        raise FileProblem("unreadable", detail=error.strerror or str(error)) from error


def first_bytes(path: Path) -> bytes:
    """Up to 64 KiB of decompressed content, refused when it is no text. Raises FileProblem."""
    with open_bytes(path) as stream:
        try:
            head = stream.read(65536)
        except DAMAGED as error:
            raise FileProblem("truncated", detail=str(error)) from error
        except OSError as error:
            raise FileProblem("unreadable", detail=error.strerror or str(error)) from error
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise FileProblem("empty")
    for magic, found, found_fr in MAGIC:
        if head.startswith(magic):
            raise FileProblem("other_format", found=found, found_fr=found_fr)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:20].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise FileProblem("other_format", found="HTML or XML", found_fr="du HTML ou du XML")
    return head


def guess_encoding(head: bytes) -> str | None:
    """The encoding a BOM or the NULs of the first bytes show; None means UTF-8 or Windows-1252."""
    for bom, name in BOMS:
        if head.startswith(bom):
            return name
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    half = max(1, len(head[:4096]) // 2)
    if odd > 0.3 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("windows-1252"), error.end


codecs.register_error("windows-1252", _as_windows_1252)


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in chunks(path):
            if not (piece.isascii() and decoder.getstate()[0] == b""):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def decoder_for(path: Path, head: bytes, encoding: str | None) -> codecs.IncrementalDecoder | None:
    """How to read the file as text; None when it is UTF-8 already."""
    named = encoding or guess_encoding(head)
    if named is not None and codecs.lookup(named).name not in ("utf-8", "utf-8-sig"):
        return codecs.getincrementaldecoder(named)()
    if _is_utf8(path):
        return None
    if encoding is not None:
        raise FileProblem("encoding", encoding=encoding)
    # A UTF-8 file with a few bad bytes keeps its accents; without any valid accent it is 1252.
    bad = next(p for p in chunks(path) if not p.isascii())
    if any(ord(c) > 127 for c in bad.decode("utf-8", "ignore")):
        return codecs.getincrementaldecoder("utf-8")("windows-1252")
    return codecs.getincrementaldecoder("windows-1252")()


def prepare(path: Path, folder: Path, encoding: str | None = None) -> Text:
    """The file as scanned UTF-8 text, copied into `folder` only when it must be changed."""
    head = first_bytes(path)
    decoder = decoder_for(path, head, encoding)
    is_plain = not head.startswith(BOMS[0][0]) and _is_uncompressed(path) and decoder is None
    if is_plain:
        text = Text(path, scan(chunks(path)))
    else:
        copy = folder / "text.csv"
        with copy.open("wb") as out:
            text = Text(copy, scan(_copied(_decoded(path, decoder, encoding), out)))
    if text.scan.has_lone_return and text.scan.lines <= 1:
        return _with_line_feeds(text, folder)
    return text


def _with_line_feeds(text: Text, folder: Path) -> Text:
    copy = folder / "lines.csv"
    with copy.open("wb") as out:
        pieces = (piece.replace(b"\r", b"\n") for piece in chunks(text.path))
        return Text(copy, scan(_copied(pieces, out)))


def _is_uncompressed(path: Path) -> bool:
    with path.open("rb") as file:
        magic = file.read(4)
    return not magic.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"))


def _decoded(
    path: Path, decoder: codecs.IncrementalDecoder | None, encoding: str | None
) -> Iterator[bytes]:
    is_first = True
    try:
        for piece in chunks(path):
            data = piece if decoder is None else decoder.decode(piece).encode()
            yield data.removeprefix(codecs.BOM_UTF8) if is_first else data
            is_first = is_first and not data
        if decoder is not None:
            yield decoder.decode(b"", final=True).encode()
    except UnicodeError as error:
        raise FileProblem("encoding", encoding=encoding or "UTF-8, windows-1252") from error


def _copied(pieces: Iterator[bytes], out: IO[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        out.write(piece)
        yield piece


def scan(pieces: Iterator[bytes]) -> Scan:
    """One pass over UTF-8 bytes. Raises FileProblem for NULs and for a line over the limit."""
    result = Scan()
    length = quotes = returns = feeds = 0
    last = b""
    for piece in pieces:
        if not piece:
            continue
        if 0 in piece:
            raise FileProblem("binary", line=result.lines + piece[: piece.index(0)].count(10) + 1)
        array = np.frombuffer(piece, np.uint8)
        ends = np.flatnonzero(array == 10)
        lengths = np.diff(ends, prepend=-1 - length)
        longest = int(lengths.max()) if ends.size else 0
        tail = len(piece) - (int(ends[-1]) + 1) if ends.size else length + len(piece)
        if max(longest, tail) > LINE_LIMIT:
            at = int(np.flatnonzero(lengths > LINE_LIMIT)[0]) if longest > LINE_LIMIT else ends.size
            raise FileProblem("long_line", line=result.lines + at + 1, limit=LINE_LIMIT // 1024**2)
        if ends.size:
            before = np.where(ends > 0, array[ends - 1], last[0] if last else 10)
            result.has_blank |= bool(((lengths == 1) | ((lengths == 2) & (before == 13))).any())
            feeds += int((before == 13).sum())
        if b'"' in piece:
            marks = np.searchsorted(np.flatnonzero(array == 34), ends)
            per_line = np.diff(marks, prepend=0)
            if ends.size:
                per_line[0] += quotes
                result.has_odd_quotes |= bool((per_line & 1).any())
                quotes = piece.count(b'"') - int(marks[-1])
            else:
                quotes += piece.count(b'"')
        elif ends.size:
            result.has_odd_quotes |= bool(quotes & 1)
            quotes = 0
        returns += piece.count(b"\r")
        result.lines += ends.size
        result.size += len(piece)
        length, last = tail, piece[-1:]
    result.has_odd_quotes |= bool(quotes & 1)
    result.has_lone_return = returns != feeds
    result.is_mixed = feeds not in (0, result.lines)
    if length:
        result.lines += 1
    return result


def read_header(path: Path, separator: str) -> list[str]:
    """The names of the first record that is not blank, as they stand, without spaces around."""
    for record in _records(path, separator):
        return [" ".join(name.split()) for name in record]
    raise FileProblem("empty")


def _records(path: Path, separator: str) -> Iterator[list[str]]:
    with path.open("rb") as file:
        start = file.read(1024 * 1024).decode("utf-8", "ignore")
    start = start.removeprefix("\ufeff")
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=separator, strict=False)
    try:
        yield from (record for record in reader if any(cell.strip() for cell in record))
    except csv.Error:
        return


def guess_separator(path: Path, known: set[str]) -> str:
    """The separator whose header holds the most `known` (folded) names and whose rows agree."""

    def score(separator: str) -> tuple[int, float, int]:
        sample = [r for r, _ in zip(_records(path, separator), range(200), strict=False)]
        header = sample[0] if sample else []
        names = sum(fold_name(name) in known for name in header)
        agree = sum(len(record) == len(header) for record in sample) / max(1, len(sample))
        return names, agree if len(header) > 1 else 0.0, len(header)

    return max(SEPARATORS, key=score)


def fold_name(name: str) -> str:
    """A column name without case, accents, spaces or punctuation at its ends."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "_".join("".join(c if c.isalnum() else " " for c in plain).split())
