"""Writes a drop again without some rows and cells; every other byte of a text stays as it was.

Of Parquet the values stay and the file is made anew; of a workbook see `sheet`.
"""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import duckdb
import zstandard

from etl import text
from etl.contract import name as identifier
from etl.contract import quote
from etl.drops import JSON_ENDINGS
from etl.forget import sheet
from etl.forget.find import Hits
from etl.records import Lines, Splitter, split

OBJECT_START = re.compile(r"[\s,]*(?=\{)")


def rewrite(path: Path, target: Path, work: Path, hits: Hits) -> None:
    """Writes `path` without what `hits` names to `target`. Raises FileProblem."""
    name = path.name.lower()
    ending = Path(name.removesuffix(".gz").removesuffix(".zst")).suffix
    if ending == ".parquet":
        _rewrite_parquet(path, target, hits)
    elif ending == ".xlsx":
        sheet.rewrite(path, target, hits)
    elif ending in JSON_ENDINGS:
        _rewrite_json(path, target, hits)
    else:
        _rewrite_text(path, target, work, hits)


# -- packing and encodings -------------------------------------------------------------------------


@contextmanager
def _packed_like(path: Path, target: Path) -> Iterator[IO[bytes]]:
    """The target to write to, packed as the path is."""
    with path.open("rb") as file:
        magic = file.read(4)
    with target.open("wb") as out:
        if magic.startswith(b"\x1f\x8b"):
            with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
                yield cast(IO[bytes], packed)
        elif magic == b"\x28\xb5\x2f\xfd":
            with zstandard.ZstdCompressor().stream_writer(out, closefd=False) as packed_zst:
                yield cast(IO[bytes], packed_zst)
        else:
            yield out


def _wide_codec(path: Path, encoding: str | None) -> str | None:
    """The codec of a text whose line feed is more than one byte; None where bytes can be cut."""
    named = encoding or text.guess_encoding(text.first_bytes(path))
    return named if named and "\n".encode(named) != b"\n" else None


def _whole(path: Path, codec: str | None) -> str:
    """The text of a file; bytes that are no UTF-8 come back as they were."""
    return b"".join(text.chunks(path)).decode(codec or "utf-8", "surrogateescape")


# -- separated text --------------------------------------------------------------------------------


def _rewrite_text(path: Path, target: Path, work: Path, hits: Hits) -> None:
    raw, verbs = hits.prepared.raw, hits.prepared.verbs
    plain = text.prepare(path, work, verbs.encoding)
    known = {*hits.prepared.contract.names} | {text.fold_name(c) for _, c in verbs.columns()}
    separator = verbs.separator or text.guess_separator(plain.path, known)
    splitter = Splitter(separator, len(raw.columns))
    wanted = hits.removed | hits.cells.keys()
    ends = {line: line for line in wanted}
    if not plain.scan.is_regular:
        ends = _ends(plain.path, splitter, wanted)
    codec = _wide_codec(path, verbs.encoding)
    with _packed_like(path, target) as out:
        lines = enumerate(_lines(path, codec), 1)
        for number, line in lines:
            if number in wanted:
                line = b"".join([line, *(next(lines)[1] for _ in range(ends[number] - number))])
                if number in hits.removed:
                    continue
                line = _edited(line, splitter, hits.cells[number])
            out.write(line.decode().encode(codec) if codec else line)


def _lines(path: Path, codec: str | None) -> Iterator[bytes]:
    """The physical lines as they stand, in the numbering of the reading; UTF-8 under a codec."""
    if codec:
        yield from io.BytesIO(_whole(path, codec).encode())
        return
    with text.open_bytes(path) as stream:
        lines = io.BufferedReader(cast(io.RawIOBase, stream))
        first = lines.readline()
        second = lines.readline()
        if not second and first.count(b"\r") > 1:  # a text of old: every line ends so
            yield from re.findall(rb"[^\r]*\r|[^\r]+$", first)
            return
        yield from filter(None, (first, second))
        yield from lines


def _ends(plain: Path, splitter: Splitter, wanted: set[int]) -> dict[int, int]:
    """The last physical line of each wanted record."""
    ends = {line: line for line in wanted}
    with plain.open("rb") as file:
        lines = Lines(file)
        for number, _, _ in split(lines, splitter):
            if number in wanted:
                ends[number] = lines.number
    return ends


def _edited(record: bytes, splitter: Splitter, cells: dict[int, str | None]) -> bytes:
    """The record with some of its fields replaced, everything else as it stands."""
    body = record.rstrip(b"\r\n")
    parts, at, column = [], 0, 0
    while True:
        match = splitter.pattern.match(body, at)
        assert match is not None
        new = (cells[column] or "").encode() if column in cells else body[at : match.end()]
        parts.append(new)
        at = match.end() + 1
        if match.end() >= len(body):
            return splitter.separator.join(parts) + record[len(body) :]
        column += 1


# -- JSON ------------------------------------------------------------------------------------------


def _rewrite_json(path: Path, target: Path, hits: Hits) -> None:
    codec = _wide_codec(path, hits.prepared.verbs.encoding)
    content = _whole(path, codec)
    is_array = content.lstrip("\ufeff \t\r\n").startswith("[")
    written = _array(content, hits) if is_array else _json_lines(content, hits)
    with _packed_like(path, target) as out:
        out.write(written.encode(codec or "utf-8", "surrogateescape"))


def _json_lines(content: str, hits: Hits) -> str:
    kept = []
    for number, line in enumerate(io.StringIO(content, newline="\n"), 1):
        if number in hits.cells:
            line = _json_edited(line, hits, number) + line[len(line.rstrip("\r\n")) :]
        if number not in hits.removed:
            kept.append(line)
    return "".join(kept)


def _array(content: str, hits: Hits) -> str:
    """The array without some objects: each kept one takes the text before it along."""
    decoder, at = json.JSONDecoder(strict=False), content.index("[") + 1
    pieces, end, number = [content[:at]], at, 0
    while match := OBJECT_START.match(content, end):
        at, before, number = match.end(), end, number + 1
        _, end = decoder.raw_decode(content, at)
        if number in hits.removed:
            continue
        lead = content[before:at]
        if len(pieces) == 1:
            lead = lead.replace(",", "", 1)
        body = content[at:end]
        pieces.append(lead + (_json_edited(body, hits, number) if number in hits.cells else body))
    return "".join([*pieces, content[end:]])


def _json_edited(written: str, hits: Hits, number: int) -> str:
    entry = json.loads(written, strict=False)
    for index, value in hits.cells[number].items():
        entry[hits.prepared.raw.columns[index]] = value
    return json.dumps(entry, ensure_ascii=False)


# -- Parquet ---------------------------------------------------------------------------------------


def _rewrite_parquet(path: Path, target: Path, hits: Hits) -> None:
    columns = hits.prepared.raw.columns
    lines: dict[tuple[int, str | None], list[int]] = {}
    for line, cells in hits.cells.items():
        for index, value in cells.items():
            lines.setdefault((index, value), []).append(line)
    replaced = []
    for (index, value), at in lines.items():
        column, new = identifier(columns[index]), "NULL" if value is None else quote(value)
        old = column if value is None else f"{column}::VARCHAR"
        is_hit = f"file_row_number + 1 IN ({', '.join(map(str, at))})"
        replaced.append(f"CASE WHEN {is_hit} THEN {new} ELSE {old} END AS {column}")
    replace = f" REPLACE ({', '.join(replaced)})" if replaced else ""
    removed = ", ".join(map(str, sorted(hits.removed))) or "NULL"
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * EXCLUDE (file_row_number){replace} "
            f"FROM read_parquet({quote(path)}, file_row_number=true) "
            f"WHERE coalesce(file_row_number + 1 NOT IN ({removed}), true)) "
            f"TO {quote(target)} (FORMAT parquet)"
        )
