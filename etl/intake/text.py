"""Text files made plain: decompressed, in UTF-8, scanned for what would shift line numbers.

A clean file is read by DuckDB where it lies. Anything that would shift line numbers or swallow
rows (blank lines, quoted line breaks, broken quotes, wrong numbers of columns) goes through
`rewrite`, which writes a clean copy with the line number in front, and the bad lines apart.
"""

from __future__ import annotations

import codecs
import gzip
import io
import re
import shutil
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, cast

import numpy as np
import zstandard

from etl import faults
from etl.intake import encodings, kinds
from etl.problems import FileProblem, Note

LINE_LIMIT = 16 * 1024 * 1024
CHUNK = 8 * 1024 * 1024
BLOCK = 1024  # bytes: copying is broken off after so many, or some times as many
PACKED = 1024  # bytes of zstd at a time: four of them may hold 128 KiB, all unpacked at once
# What Excel writes before the header, and reads, to name the separator.
SEP_LINE = re.compile(rb'"?sep=([\t -!#-~])"?[;,\t ]*', re.I)
ZSTD = re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")  # or a frame that is passed over
# U+FFFD stands for what could not be read; Ã© and the like are UTF-8 that was taken for Latin-1
SPOILT = ("\ufffd".encode(), b"\xc3\x83\xc2")
LONE_RETURN = re.compile(rb"\r(?!\n)")
WITH_RETURN = re.compile(rb"[^\n]*\r(?!\n)[^\n]*")
DAMAGED = (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError, zipfile.BadZipFile)


@dataclass
class Scan:
    """What one pass over the bytes of a UTF-8 text tells. Counts are of physical lines; `lost` are
    characters that an export had spoilt, the first of them on line `first_lost`; `first_long` is
    the first line over the limit."""

    size: int = 0
    lines: int = 0
    has_blank: bool = False
    has_odd_quotes: bool = False
    has_lone_return: bool = False
    is_mixed: bool = False
    has_open_end: bool = False
    lost: int = 0
    first_lost: int = 0
    first_long: int = 0

    @property
    def is_regular(self) -> bool:
        """True when the n-th record can only stand on the n-th line."""
        return not (self.has_blank or self.has_odd_quotes or self.has_lone_return or self.is_mixed)


@dataclass(frozen=True)
class Text:
    """A UTF-8 text on disk, perhaps a temporary copy of the drop.

    `skipped` lines of the drop stand before its first; `separator` is what a line `sep=;` named.
    `has_new_ends`: carriage returns of the drop are line feeds in the copy. `notes` tell of a
    guess of its encoding. `mark` quotes the cells of the drop.
    """

    path: Path
    scan: Scan
    skipped: int = 0
    separator: str | None = None
    has_new_ends: bool = False
    notes: tuple[Note, ...] = ()
    mark: str = '"'


def open_bytes(path: Path) -> IO[bytes]:
    """The bytes of a file, decompressed when it is gzip, zstd or .zip. Raises FileProblem."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        if magic.startswith(b"\x1f\x8b"):
            return cast(IO[bytes], gzip.open(path, "rb"))
        if ZSTD.match(magic):
            return cast(IO[bytes], io.BufferedReader(_Zstandard(path.open("rb"))))
        if path.suffix.lower() == ".zip" and magic == b"PK\x03\x04":
            return _open_zipped(path)
        return path.open("rb")
    except OSError as error:
        raise FileProblem("unreadable", fault=faults.of(error)) from error


class _Zstandard(io.RawIOBase):
    """The bytes of zstd frames one after the other; one that is cut short raises ZstdError.

    The stream of the library ends there without a word.
    """

    def __init__(self, packed: IO[bytes]) -> None:
        self._packed = packed
        self._frame: zstandard.ZstdDecompressionObj | None = None
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            piece = self._packed.read(PACKED)
            if self._frame is not None and self._frame.eof:
                piece, self._frame = self._frame.unused_data + piece, None
            if not piece and self._frame is None:
                return 0
            if not piece:
                raise zstandard.ZstdError("unexpected end")
            self._frame = self._frame or zstandard.ZstdDecompressor().decompressobj()
            self._left = memoryview(self._frame.decompress(piece))
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size

    def close(self) -> None:
        self._packed.close()
        super().close()


def _open_zipped(path: Path) -> IO[bytes]:
    """The one file in an archive."""
    try:
        archive = zipfile.ZipFile(path)
        inside = [entry for entry in archive.infolist() if not entry.is_dir()]
        if len(inside) != 1:
            names = [entry.filename for entry in inside]
            raise FileProblem("archive_of_many", found=names)
        return archive.open(inside[0])
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:  # or a password
        raise FileProblem("truncated", fault=faults.of(error)) from error


def chunks(path: Path) -> Iterator[bytes]:
    """The decompressed bytes, piece by piece. Raises FileProblem when they are damaged."""
    try:
        with open_bytes(path) as stream:
            while piece := stream.read(CHUNK):
                yield piece
    except DAMAGED as error:
        raise FileProblem("truncated", fault=faults.of(error)) from error
    except OSError as error:
        raise FileProblem("unreadable", fault=faults.of(error)) from error


def beginning(path: Path, size: int) -> bytes:
    """So many decompressed bytes, or all. Raises FileProblem when they are damaged."""
    with open_bytes(path) as stream:
        try:
            return stream.read(size)
        except DAMAGED as error:
            raise FileProblem("truncated", fault=faults.of(error)) from error
        except OSError as error:
            raise FileProblem("unreadable", fault=faults.of(error)) from error


def first_bytes(path: Path) -> bytes:
    """Up to 64 KiB of decompressed content, refused when it is no text. Raises FileProblem."""
    head = beginning(path, 65536)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise FileProblem("empty")
    if kind := kinds.of(head, path):
        raise kinds.other(kind)
    return head


def prepare(path: Path, folder: Path, encoding: str | None = None, skip: int = 0) -> Text:
    """The file as scanned UTF-8 text, copied into `folder` only when it must be changed.

    Its first `skip` lines are left out, and one that says `sep=;`.
    """
    return _below_head(whole(path, folder, encoding), folder, skip)


def whole(path: Path, folder: Path, encoding: str | None = None, *, is_lined: bool = True) -> Text:
    """The file as scanned UTF-8 text with all of its lines, each of them ended by a line feed.

    Raises FileProblem where one is over the limit, unless lines may mean nothing in it.
    """
    head = first_bytes(path)
    read = encodings.reading(lambda: chunks(path), head, encoding)
    is_plain = not head.startswith(codecs.BOM_UTF8) and _is_uncompressed(path)
    if is_plain and read.decoder is None:
        text = Text(path, scan(chunks(path)))
    else:
        copy = folder / "text.csv"
        with copy.open("wb") as out:
            text = Text(copy, scan(_copied(_decoded(path, read.decoder, encoding), out)))
    told = {"met": text.scan.lost, "line": text.scan.first_lost}
    lost = [Note("lost_characters", told)] if text.scan.lost else []
    size = path.stat().st_size
    is_cut = is_lined and text.scan.has_open_end and size % BLOCK == 0 and _is_uncompressed(path)
    cut = [Note("cut", {"line": text.scan.lines, "size": size})] if is_cut else []
    text = replace(text, notes=(*read.notes, *lost, *cut))
    if text.scan.has_lone_return:
        text = _with_line_feeds(text, folder)
    if is_lined:
        refuse_long(text)
    return text


def refuse_long(text: Text) -> None:
    """Raises FileProblem where a line is over the limit."""
    if line := text.scan.first_long:
        raise FileProblem("long_line", line=line, limit=LINE_LIMIT // 1024**2)


def _below_head(text: Text, folder: Path, skip: int) -> Text:
    """The text without its first `skip` lines; one that names the separator is one of them."""
    with text.path.open("rb") as file:
        line = file.readline(100).removeprefix(codecs.BOM_UTF8).rstrip(b"\r\n")
    named = SEP_LINE.fullmatch(line)
    skip = max(skip, 1 if named else 0)
    if skip and skip >= text.scan.lines:
        raise FileProblem("skip_beyond", value=str(skip), lines=text.scan.lines)
    return replace(below(text, folder, skip), separator=named[1].decode() if named else None)


def below(text: Text, folder: Path, skip: int) -> Text:
    """The text without its first lines, which are counted as skipped."""
    if not skip:
        return text
    skipped = text.skipped + skip
    copy = folder / f"below-{skipped}.csv"
    with text.path.open("rb") as file, copy.open("wb") as out:
        for _ in range(skip):
            file.readline()
        shutil.copyfileobj(file, out, CHUNK)
    return replace(text, path=copy, scan=scan(chunks(copy)), skipped=skipped)


def _with_line_feeds(text: Text, folder: Path) -> Text:
    """The text with a line feed for each lone carriage return that ends a line.

    In a text of old all of them do, but those in quotes. Elsewhere one does where it leaves on
    both of its sides as many columns as the header has and no open quote; others are part of a
    cell.
    """
    copy = folder / "lines.csv"
    returns = feeds = quotes = 0
    for piece in _between_ends(text.path):
        returns += len(LONE_RETURN.findall(piece))
        feeds += piece.count(b"\n")
        quotes += piece.count(b'"')
    with copy.open("wb") as out:
        out.writelines(_of_old(text.path, quotes) if returns > feeds else _parted(text.path))
    return replace(text, path=copy, scan=scan(chunks(copy)), has_new_ends=True)


def _between_ends(path: Path) -> Iterator[bytes]:
    """The bytes of a text, no carriage return apart from its line feed."""
    rest = b""
    for chunk in chunks(path):
        piece = rest + chunk
        rest = b"\r" if piece.endswith(b"\r") else b""
        yield piece[: len(piece) - len(rest)]
    yield rest


def _of_old(path: Path, quotes: int) -> Iterator[bytes]:
    """With an odd number of marks nothing tells what stands in quotes."""
    before, step = 0, 1 if quotes % 2 else 2
    for text in _between_ends(path):
        pieces = text.split(b'"')
        outside = slice(before % step, None, step)
        pieces[outside] = [LONE_RETURN.sub(b"\n", piece) for piece in pieces[outside]]
        before += len(pieces) - 1
        yield b'"'.join(pieces)


def _parted(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        header = re.split(rb"[\r\n]", stream.readline(LINE_LIMIT), maxsplit=1)[0]
        mark = max((b",", b";", b"\t", b"|"), key=header.count)
        stream.seek(0)

        def parted(line: re.Match[bytes]) -> bytes:
            body = line[0].removesuffix(b"\r")  # that of CRLF, or of the end
            parts = body.split(b"\r")
            is_end = all(
                part.count(mark) == header.count(mark) and part.count(b'"') % 2 == 0
                for part in parts
            )
            return b"\n".join(parts) + line[0][len(body) :] if is_end else line[0]

        for line in stream:
            yield line if line.find(b"\r", 0, -2) < 0 else WITH_RETURN.sub(parted, line)


def _is_uncompressed(path: Path) -> bool:
    with path.open("rb") as file:
        magic = file.read(4)
    return not magic.startswith((b"\x1f\x8b", b"PK\x03\x04")) and not ZSTD.match(magic)


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
    """One pass over UTF-8 bytes. Raises FileProblem for NULs."""
    result = Scan()
    length = quotes = returns = feeds = 0
    last = b""
    for piece in pieces:
        if not piece:
            continue
        if 0 in piece:
            raise FileProblem("binary", line=result.lines + piece[: piece.index(0)].count(10) + 1)
        for mark in SPOILT:
            if met := piece.count(mark):
                at = result.lines + piece[: piece.index(mark)].count(10) + 1
                result.first_lost = min(result.first_lost or at, at)
                result.lost += met
        array = np.frombuffer(piece, np.uint8)
        ends = np.flatnonzero(array == 10)
        lengths = np.diff(ends, prepend=-1 - length)
        longest = int(lengths.max()) if ends.size else 0
        tail = len(piece) - (int(ends[-1]) + 1) if ends.size else length + len(piece)
        if max(longest, tail) > LINE_LIMIT:
            at = int(np.flatnonzero(lengths > LINE_LIMIT)[0]) if longest > LINE_LIMIT else ends.size
            result.first_long = result.first_long or result.lines + at + 1
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
    result.has_open_end = bool(length)
    result.lines += result.has_open_end
    return result


def fold_name(name: str) -> str:
    """A column name without case, accents, spaces or punctuation at its ends."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "_".join("".join(c if c.isalnum() else " " for c in plain).split())
