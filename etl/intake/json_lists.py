"""The lists within a file of one JSON object, however long, found by one pass over its bytes.

What stands outside of lists, the frame, is parsed; of a list only its place is known, so that it is
copied or looked at without the rest.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from etl.problems import FileProblem

CHUNK = 1024**2
BY_COLUMNS = """
    SELECT bool_and(CASE json_type(text)
        WHEN 'ARRAY' THEN TRUE
        WHEN 'OBJECT' THEN (SELECT count(*) FROM objects) = 1 AND (
            coalesce(json_type(text, '$.data[0]') = 'ARRAY', FALSE)
            OR (len(json_keys(text)) > 1 AND regexp_full_match(list_distinct(list_transform(
                json_extract(text, '$.*'), lambda cells: CASE
                    WHEN json_type(cells) = 'OBJECT' THEN 'k' || md5(json_keys(cells)::VARCHAR)
                    WHEN json_array_length(cells) > 1 AND json_type(cells, '$[0]') <> 'OBJECT'
                    THEN 'n' || json_array_length(cells) ELSE '' END))::VARCHAR, '\\[\\w+\\]')))
        ELSE FALSE
    END) FROM objects WHERE json_valid(text)"""
MOST_FRAME = 16 * 1024**2  # of bytes outside of lists: more is no wrapper
WIDEST, DEEPEST = 500, 8  # entries of an object, and objects within objects, that are looked at
# keys around a page of rows, without what parts their words: how many there are in all, and whether
# there is another page
COUNTS = {
    "count", "total", "totalcount", "totalresults", "totalrows", "totalitems", "totalrecords",
    "totalelements", "nhits", "numfound", "recordstotal", "nbresultats", "nombre",
}  # fmt: skip
NEXT = {
    "next", "nextpage", "nextlink", "odatanextlink", "nexturl", "nextcursor", "nextpagetoken",
    "hasmore", "hasnext", "hasnextpage",
}  # fmt: skip
MOST_OTHERS = 60  # lists beside the one that is read
LIST = b"\0"  # stands for a list in the frame; no text has it
# of each byte what it does to the depth in lists, and in lists and objects
LISTS = np.zeros(256, np.int8)
LISTS[ord("[")], LISTS[ord("]")] = 1, -1
DEPTH = LISTS.copy()
DEPTH[ord("{")], DEPTH[ord("}")] = 1, -1
SIGNS = DEPTH != 0
SIGNS[ord('"')] = True


Keys = tuple[str, ...]  # that lead to a value


class _Entries(list[tuple[str, Any]]):
    """The entries of an object, those of one key too."""


@dataclass(frozen=True)
class Inner:
    """A list: the keys that lead to it, and where its bytes begin and end, brackets included."""

    keys: Keys
    start: int
    end: int

    @property
    def name(self) -> str:
        return ".".join(self.keys)


@dataclass(frozen=True)
class Wrapper:
    """A file of one object: its lists by dotted name, of a name that stands there `twice` the last
    one; its other values by theirs; and what stands around all lists it has."""

    lists: dict[str, Inner]
    twice: frozenset[str]
    values: dict[str, Any]
    frame: bytes
    spans: tuple[tuple[int, int], ...]


def refuse_columns(con: duckdb.DuckDBPyConnection) -> None:
    """Raises FileProblem where `objects` are no rows: lists of cells, or one object of lists of one
    length, of objects of the same keys, or of the names of columns beside lists of cells."""
    if con.execute(BY_COLUMNS).fetchone() == (True,):
        raise FileProblem("json_by_columns")


def wrapper(path: Path) -> Wrapper | None:
    """What a UTF-8 file of one object holds; None where it is anything else, or not whole.

    Raises FileProblem where nearly all of it stands outside of lists.
    """
    pieces: list[bytes] = []
    starts: list[int] = []
    ends: list[int] = []
    length = offset = depth = within = quotes = closed = 0
    for text in _pieces(path):
        masked = np.frombuffer(text.replace(rb"\\", b"  ").replace(rb"\"", b"  "), np.uint8)
        places = np.flatnonzero(SIGNS[masked])  # few of the bytes: what follows is of them alone
        signs = masked[places]
        marks = signs == ord('"')
        is_inside = (np.cumsum(marks, dtype=np.int32) + quotes) % 2 == 1
        quotes = (quotes + int(marks.sum())) % 2
        step, deeper = (np.where(is_inside, 0, each[signs]) for each in (LISTS, DEPTH))
        lists = np.cumsum(step, dtype=np.int32) + within
        depths = np.cumsum(deeper, dtype=np.int32) + depth
        begun, ended = places[(step == 1) & (lists == 1)], places[(step == -1) & (lists == 0)]
        starts += (begun + offset).tolist()
        ends += (ended + offset + 1).tolist()
        pieces.append(_outside(text, begun, ended, within > 0))
        length += len(pieces[-1])
        closed += int(((deeper == -1) & (depths == 0)).sum())
        if closed > 1:
            return None  # objects one after the other
        if length > MOST_FRAME:
            raise FileProblem("wide_wrapper", limit=MOST_FRAME // 1024**2)
        offset += len(text)
        if len(places):
            within, depth = int(lists[-1]), int(depths[-1])
    frame = b"".join(pieces)
    spans = tuple(zip(starts, ends, strict=False))
    if depth or within or len(starts) != len(ends) or frame.count(LIST) != len(spans):
        return None
    try:
        numbered = filled(frame, (str(number).encode() for number in range(len(spans))))
        told = json.loads(numbered, object_pairs_hook=_Entries)
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, _Entries):
        return None
    inside = [*_values(told, ())]
    found = [Inner(keys, *spans[each[0]]) for keys, each in inside if isinstance(each, list)]
    times = Counter(inner.name for inner in found)
    twice = frozenset(name for name, met in times.items() if met > 1)
    values = {".".join(keys): each for keys, each in inside if not isinstance(each, list)}
    return Wrapper({inner.name: inner for inner in found}, twice, values, frame, spans)


def _outside(text: bytes, begun: np.ndarray, ended: np.ndarray, is_within: bool) -> bytes:
    """What of a piece stands outside of lists, with LIST where one ends."""
    if not len(begun) and not len(ended):
        return b"" if is_within else text
    turns = np.zeros(len(text), np.int8)
    turns[begun] += 1
    turns[ended] -= 1
    array = np.frombuffer(text, np.uint8).copy()
    array[ended] = LIST[0]
    return array[np.cumsum(turns, dtype=np.int8) + is_within == 0].tobytes()


def filled(frame: bytes, lists: Iterable[bytes]) -> bytes:
    """The frame with the insides of other lists in place of its own."""
    first, *rest = frame.split(LIST)
    return first + b"".join(
        b"[" + inside + b"]" + more for inside, more in zip(lists, rest, strict=True)
    )


def keys(path: Path, inner: Inner) -> list[str] | None:
    """The keys of the first object in a list; None where it holds none, or one beyond a piece."""
    with path.open("rb") as file:
        file.seek(inner.start + 1)
        start = file.read(min(inner.end - inner.start, CHUNK)).lstrip()
    try:
        one, _ = json.JSONDecoder().raw_decode(start.decode("utf-8", "ignore"))
        return list(one) if isinstance(one, dict) else None
    except (ValueError, RecursionError):
        return None


def alike(path: Path, told: Wrapper, where: str) -> list[str]:
    """The other lists whose first object has the same keys as that of the list at `where`."""
    own = set(keys(path, told.lists[where]) or ())
    others = [name for name in told.lists if name != where][:MOST_OTHERS] if own else []
    return [name for name in others if own == set(keys(path, told.lists[name]) or ())]


def more_said(told: Wrapper, rows: int) -> tuple[str, Any] | None:
    """What around a list says that it is not the whole: a count above that of its rows, or a next
    page; by its name."""
    for name, value in told.values.items():
        word = "".join(filter(str.isalnum, name.rpartition(".")[2].lower()))
        is_count = word in COUNTS and isinstance(value, int) and value > rows
        if is_count or (word in NEXT and value and isinstance(value, (str, bool))):
            return name, value
    return None


def copy(path: Path, inner: Inner, out: Path) -> None:
    """Writes the bytes of a list as a file of its own."""
    left = inner.end - inner.start
    with path.open("rb") as file, out.open("wb") as copied:
        file.seek(inner.start)
        while left and (piece := file.read(min(CHUNK, left))):
            copied.write(piece)
            left -= len(piece)


def _pieces(path: Path) -> Iterator[bytes]:
    """The bytes piece by piece; none parts a backslash from what it marks."""
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            text = rest + piece
            odd = (len(text) - len(text.rstrip(b"\\"))) % 2
            rest = text[len(text) - odd :] if odd else b""
            if len(text) > odd:
                yield text[: len(text) - odd]
    if rest:
        yield rest


def _values(told: _Entries, above: Keys) -> Iterator[tuple[Keys, Any]]:
    for key, value in told[:WIDEST]:
        if not isinstance(value, _Entries):
            yield (*above, key), value
        elif len(above) < DEEPEST:
            yield from _values(value, (*above, key))
