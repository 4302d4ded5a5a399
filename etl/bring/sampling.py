"""A bounded part of a file: its head and pieces spread over it, as a file of the same kind.

What follows from it is a guess; `etl check` reads the whole file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.intake import drops, encodings, json_lists, kinds, text
from etl.intake.contract import quote
from etl.problems import FileProblem

HEAD = 1024**2
PIECES = 16
PIECE = 64 * 1024
PARQUET_ROWS = 8000
JSON_HEAD = 4 * 1024**2


@dataclass(frozen=True)
class Sample:
    """A file to read in place of the whole one; `share` is the part of it that it holds, 1 for
    the file itself."""

    path: Path
    share: float = 1.0

    @property
    def is_whole(self) -> bool:
        return self.share == 1.0


def ending(path: Path) -> str:
    """The ending that tells the kind of a file, whatever packs it."""
    return Path(path.name.lower().removesuffix(".gz").removesuffix(".zst")).suffix


def of(path: Path, folder: Path) -> Sample:
    """The sample of a file, written into `folder` where it is not the file. Raises FileProblem."""
    kind = ending(path)
    if kind in drops.TEXT_ENDINGS:
        return _of_text(path, folder)
    if kind in drops.JSON_ENDINGS:
        return _of_json(path, folder)
    if kind == ".parquet" and path.stat().st_size > HEAD:
        return _of_parquet(path, folder)
    return Sample(path)


def _of_text(path: Path, folder: Path) -> Sample:
    size = path.stat().st_size
    first = text.first_bytes(path)
    is_packed = path.name.lower().endswith(drops.PACKED_ENDINGS)
    if size <= HEAD + PIECES * PIECE and not is_packed:
        return Sample(path)
    head = text.beginning(path, HEAD + 1)
    if len(head) <= HEAD:
        return Sample(path)
    if _ends(head) < 2:  # else no row would be left
        head = text.beginning(path, HEAD + text.LINE_LIMIT)
        if _ends(head) < 2:
            raise _too_long(_ends(head) + 1)
    name = encodings.shown(first) or "utf-8"
    line_end = "\n".encode(name.replace("utf-8-sig", "utf-8"))
    head = head[: _last(head, line_end)]
    pieces = [head]
    is_plain = (
        len(line_end) == 1 and not text.scan(iter([head.replace(b"\0", b" ")])).has_odd_quotes
    )
    if is_plain and not is_packed:
        pieces += _spread(path, size)
    copy = folder / f"sample{ending(path)}"
    copy.write_bytes(b"".join(pieces))
    whole = _unpacked(path, size) if is_packed else size
    return Sample(copy, min(0.999, copy.stat().st_size / whole))


def _ends(head: bytes) -> int:
    return max(head.count(b"\n"), head.count(b"\r"))


def _too_long(line: int) -> FileProblem:
    return FileProblem("long_line", line=line, limit=text.LINE_LIMIT // 1024**2)


def _unpacked(path: Path, size: int) -> int:
    """About how long a packed file is: gzip says it at its end, zstd packs text to about a
    sixth."""
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
        file.seek(-4, 2)
        said = int.from_bytes(file.read(4), "little")
    return said if is_gzip and said > size else size * 6


def _spread(path: Path, size: int) -> list[bytes]:
    """Whole lines from places spread over what follows the head."""
    found = []
    with path.open("rb") as file:
        for number in range(PIECES):
            file.seek(HEAD + (size - HEAD) * number // PIECES)
            piece = file.read(PIECE)
            start, end = piece.find(b"\n") + 1, piece.rfind(b"\n") + 1
            found.append(piece[start:end] if start else b"")
    return found


def _last(head: bytes, line_end: bytes) -> int:
    at = head.rfind(line_end)
    while at > 0 and at % len(line_end):
        at = head.rfind(line_end, 0, at + len(line_end) - 1)
    return at + len(line_end) if at >= 0 else len(head)


def _of_json(path: Path, folder: Path) -> Sample:
    head = text.beginning(path, JSON_HEAD + 1)
    if len(head) <= JSON_HEAD:
        return Sample(path)
    decoded = head.decode("utf-8-sig", "ignore")
    start = decoded.lstrip()
    copy = folder / "sample.jsonl"
    if start.startswith("["):
        objects = _objects(start[1:])
        if not objects:
            raise _without_objects(path)
        copy.write_text("\n".join(objects), encoding="utf-8")
    elif kinds.is_json(head) and _is_object(start.partition("\n")[0]):
        copy.write_text(decoded[: decoded.rfind("\n") + 1], encoding="utf-8")
    else:
        return _of_lists(path, folder)
    return Sample(copy, min(0.999, len(head) / max(path.stat().st_size, len(head) + 1)))


def _without_objects(path: Path) -> FileProblem:
    first = text.beginning(path, text.LINE_LIMIT + 1)
    if len(first) > text.LINE_LIMIT and not _ends(first):
        return _too_long(1)
    return FileProblem("broken_format", format="JSON", fault="large_record")


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _of_lists(path: Path, folder: Path) -> Sample:
    """A file of one object, each of its lists cut short."""
    plain = text.whole(path, folder, is_lined=False)
    found = json_lists.wrapper(plain.path)
    if found is None or not found.spans:
        return Sample(path)
    most = max(JSON_HEAD // len(found.spans), PIECE)
    heads, longest = [], (0, 1)
    with plain.path.open("rb") as file:
        for start, end in found.spans:
            file.seek(start + 1)
            head = file.read(min(most, end - start - 1))
            if end - start - 1 > most:
                objects = _objects(head.decode("utf-8", "ignore"))
                head = ",\n".join(objects).encode()
            else:
                head = head[:-1]
            heads.append(head)
            longest = max(longest, (end - start, len(head)))
    copy = folder / "sample.json"
    copy.write_bytes(json_lists.filled(found.frame, heads))
    length, seen = longest
    return Sample(copy, min(0.999, seen / length))


def _objects(start: str) -> list[str]:
    """The whole objects that an array begins with, each on one line."""
    decoder, at = json.JSONDecoder(), 0
    found: list[str] = []
    while True:
        while at < len(start) and start[at] in " \t\r\n,":
            at += 1
        try:
            one, at = decoder.raw_decode(start, at)
        except (ValueError, RecursionError):
            return found
        found.append(json.dumps(one, ensure_ascii=False))


def _of_parquet(path: Path, folder: Path) -> Sample:
    kinds.refuse_other(path, ".parquet")
    copy = folder / "sample.parquet"
    try:
        with duckdb.connect() as con:
            con.execute(
                f"COPY (SELECT * FROM read_parquet({quote(path)}) LIMIT {PARQUET_ROWS}) "
                f"TO {quote(copy)} (FORMAT parquet)"
            )
            row = con.execute(
                f"SELECT sum(num_rows) FROM parquet_file_metadata({quote(path)})"
            ).fetchone()
    except duckdb.Error as error:
        raise kinds.broken(error, "Parquet") from error
    rows = int(row[0]) if row else 0
    return Sample(copy, min(1.0, PARQUET_ROWS / max(rows, 1)))
