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
from itertools import pairwise
from pathlib import Path
from typing import IO, cast

import duckdb
import zstandard

from etl.forget import sheet
from etl.forget.find import Hits
from etl.intake import drops, encodings, text
from etl.intake.contract import name as identifier
from etl.intake.contract import quote
from etl.intake.csv_records import Lines, Splitter, split
from etl.intake.json_rows import keys_of

OBJECT_START = re.compile(r"[\s,]*(?=\{)")
OBJECT_KEY = re.compile(r'[\s,]*(?=")')
OBJECT_VALUE = re.compile(r"\s*:\s*")


def rewrite(path: Path, target: Path, work: Path, hits: Hits) -> None:
    """Writes `path` without what `hits` names to `target`. Raises FileProblem."""
    name = path.name.lower()
    ending = Path(name.removesuffix(".gz").removesuffix(".zst")).suffix
    if ending == ".parquet":
        _rewrite_parquet(path, target, hits)
    elif ending == ".xlsx":
        sheet.rewrite(path, target, hits)
    elif ending in drops.JSON_ENDINGS:
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
    named = encoding or encodings.shown(text.first_bytes(path))
    return named if named and "\n".encode(named) != b"\n" else None


def _whole(path: Path, codec: str | None) -> str:
    """The text of a file; bytes that are no UTF-8 come back as they were."""
    return b"".join(text.chunks(path)).decode(codec or "utf-8", "surrogateescape")


# -- separated text --------------------------------------------------------------------------------


def _rewrite_text(path: Path, target: Path, work: Path, hits: Hits) -> None:
    raw, verbs = hits.prepared.raw, hits.prepared.verbs
    known = {*hits.prepared.contract.names} | {text.fold_name(c) for _, c in verbs.columns()}
    plain, separator, _ = drops.opened(path, work, verbs, known)
    splitter = Splitter(separator, len(raw.columns))
    wanted = hits.removed | hits.cells.keys()
    ends = {line: line for line in wanted}
    if not plain.scan.is_regular:
        ends = _ends(plain, splitter, wanted)
    codec = _wide_codec(path, verbs.encoding)
    splitter = Splitter(separator, len(raw.columns), plain.mark)
    with _packed_like(path, target) as out:
        lines = enumerate(_lines(path, plain, work, verbs.encoding), 1)
        for number, line in lines:
            if number in wanted:
                line = b"".join([line, *(next(lines)[1] for _ in range(ends[number] - number))])
                if number in hits.removed:
                    continue
                line = _edited(line, splitter, hits.cells[number])
            out.write(line.decode().encode(codec) if codec else line)


def _lines(path: Path, read: text.Text, work: Path, encoding: str | None) -> Iterator[bytes]:
    """The physical lines as they stand, in the numbering of the reading; UTF-8 under a codec."""
    codec = _wide_codec(path, encoding)
    if not codec and not read.has_new_ends:
        with text.open_bytes(path) as stream:
            yield from io.BufferedReader(cast(io.RawIOBase, stream))
        return
    content = _whole(path, codec).encode(errors="surrogateescape")
    if not read.has_new_ends:
        yield from io.BytesIO(content)
        return
    # what the reading took for ends of lines ends them here, byte for byte
    copy = text.whole(path, work, encoding).path.read_bytes()
    marks = zip(re.finditer(rb"[\r\n]", content), re.findall(rb"[\r\n]", copy), strict=True)
    ends = [0, *(mark.end() for mark, as_read in marks if as_read == b"\n"), len(content)]
    yield from filter(None, (content[start:end] for start, end in pairwise(ends)))


def _ends(plain: text.Text, splitter: Splitter, wanted: set[int]) -> dict[int, int]:
    """The last physical line of each wanted record."""
    ends = {line: line for line in wanted}
    with plain.path.open("rb") as file:
        lines = Lines(file, plain.skipped)
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
    start = len(content) - len(content.lstrip("\ufeff \t\r\n"))
    if where := hits.prepared.verbs.path:
        start = _list_start(content, start, where)
    is_array = content[start : start + 1] == "["
    written = _array(content, start, hits) if is_array else _json_lines(content, hits)
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


def _list_start(content: str, start: int, where: str) -> int:
    """Where the list begins that a path leads to, in an object that begins at `start`."""
    decoder = json.JSONDecoder(strict=False)
    row, _ = decoder.raw_decode(content, start)
    for wanted in keys_of(row, where):
        at, key = start + 1, None
        while key != wanted:
            key, at = decoder.raw_decode(content, _end(OBJECT_KEY, content, at))
            start = at = _end(OBJECT_VALUE, content, at)
            _, at = decoder.raw_decode(content, at)
    return start


def _end(pattern: re.Pattern[str], content: str, at: int) -> int:
    match = pattern.match(content, at)
    assert match is not None
    return match.end()


def _array(content: str, start: int, hits: Hits) -> str:
    """The array without some objects: each kept one takes the text before it along."""
    decoder, at = json.JSONDecoder(strict=False), start + 1
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
        *above, last = keys_of(entry, hits.prepared.raw.columns[index])
        inner = entry
        for key in above:
            inner = inner[key]
        for each in inner if isinstance(inner, list) else [inner]:
            if isinstance(each, dict):
                each[last] = value
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
