"""Files as they should be, damaged in ways that know how such a file is built."""

import csv
import gzip
import io
import json
import random
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from etl import paths
from etl.intake import contract

Table = list[list[str]]
Column = tuple[pa.DataType, Callable[[Any], object]]
WORDS = [
    "", " ", "0", "-1", "1e400", "9" * 40, "NaN", "2026-02-30", "31/12/9999",
    "0000-00-00", '"', '""',
    "=1+1", "é" * 300, "a\nb", "a\r\nb", "a;b,c\td|e", "\ufeff", "\u2028", "🦆", "\\", "'", "null",
    "{}", "[1]", "true", "#REF!", "1 234,5", "12h", "00000", "99999", "2A004", "x" * 5000,
    "\0", "\x07\x1b[31m", "\u202eecap\u202c", "\u200b", "e\u0301" * 90, "\ud800", "\x85",
    "a " * 140, "POINT(0 90)", "-90", "180", "90.0, 180.0", "1e308", "5e-324", "٣", "𝟜𝟜𝟘𝟘𝟘",
    "=HYPERLINK(1)", "@x", "%s{0}$1\\1", "<b>", "|".join("abc" * 300), ":" * 300,
]  # fmt: skip
MOMENTS = [
    "1800-01-01", "2199-12-31", "2199-12-31T23:59:59-12:00", "1799-12-31", "2026-10-25 02:30",
    "2026-03-29T02:30", "2024-02-29", "29/02/2023", "infinity", "1911-03-10T23:55", "1e9",
    "9999999999", "2026-11-01T24:00", "2026-12-31T23:59:60Z", "2026-06-30 00:00",
]  # fmt: skip
BYTES = [b"\0", b"\xff", b"\r", b"\n\n", b'"', b"\x1a", b"\xc3", b";", b",", b"\xef\xbb\xbf"]
# kinds of Parquet columns that hold a text, and such that hold a number, with how they do
TEXTS: list[Column] = [
    (pa.large_string(), str), (pa.binary(), str.encode), (pa.list_(pa.string()), lambda c: [c, c]),
    (pa.dictionary(pa.int32(), pa.string()), str),
    (pa.list_(pa.list_(pa.string())), lambda c: [[c]]),
    (pa.struct([("a", pa.string())]), lambda c: {"a": c}),
    (pa.map_(pa.string(), pa.string()), lambda c: [(c, c)]),
]  # fmt: skip
NUMBERS: list[Column] = [
    (pa.decimal128(38, 9), Decimal), (pa.decimal256(60, 2), Decimal), (pa.float32(), float),
    (pa.uint64(), int), (pa.bool_(), bool), (pa.date32(), int), (pa.duration("s"), int),
    (pa.timestamp("ns", "America/New_York"), int), (pa.timestamp("s"), int), (pa.time64("us"), int),
    (pa.timestamp("us"), lambda _: -(2**63)), (pa.null(), lambda _: None),
]  # fmt: skip
NAMES = [row["domain_code"] for row in csv.DictReader((paths.REFERENCE / "domains.csv").open())]


def table(source: str, draw: random.Random) -> Table:
    """A header and some rows of the examples that the contract gives."""
    fields = contract.load(source).fields
    names = [field for field in fields if field.required or draw.random() < 0.5]
    rows = [[field.example or "x" for field in names] for _ in range(draw.randint(1, 12))]
    for number, row in enumerate(rows):
        row[0] = f"{row[0]}{number}" if draw.random() < 0.5 else row[0]
    return [[field.name for field in names], *rows]


def edge(field: contract.Field, draw: random.Random) -> str:
    """A value at an end of what its field allows, or beside it."""
    if field.minimum is not None or field.maximum is not None:
        ends = [end for end in (field.minimum, field.maximum) if end is not None]
        return str(draw.choice([*ends, ends[-1] + 1, 0.1, 1e-300]))
    if field.type in ("date", "datetime"):
        return draw.choice(MOMENTS)
    if field.lookup in ("domains", "approvals"):
        return "|".join(draw.choices(NAMES, k=draw.choice([1, 2, 26, 1000])))
    if field.enum:
        return "|".join(draw.choices(field.enum, k=draw.choice([1, 1, 3])))
    return (draw.choice(["a", "é ", "de la ", "\u05d0", "0", "Ab1-"]) * 1000)[: field.max_length]


def damaged(rows: Table, fields: dict[str, contract.Field], draw: random.Random) -> Table:
    """The table with some cells, rows and columns that no contract wants."""
    rows = [list(row) for row in rows]
    names = list(rows[0])
    for _ in range(draw.randint(0, 4)):
        way, row = draw.randrange(9), draw.choice(rows)
        place = draw.randrange(len(row)) if row else 0
        if way < 3 and row:
            row[place] = draw.choice(WORDS)
        elif way > 6 and row and place < len(names) and row is not rows[0]:
            row[place] = edge(fields[names[place]], draw)
        elif way == 3:
            row.append(draw.choice(WORDS))
        elif way == 4 and row:
            del row[place]
        elif way == 5:
            rows.insert(draw.randrange(len(rows) + 1), list(draw.choice(rows)))
        else:
            rows.insert(draw.randrange(len(rows) + 1), [])
    return rows


def as_text(rows: Table, draw: random.Random) -> bytes:
    """CSV with quotes where they must be, seldom where they must not, and one of many line ends."""
    mark, end = draw.choice(",;\t|"), draw.choice(["\n", "\n", "\r\n", "\r", "\n\r"])
    careless = draw.random() < 0.2

    def quoted(cell: str) -> str:
        needs = not careless and any(sign in cell for sign in f'{mark}"\r\n')
        return '"' + cell.replace('"', '""') + '"' if needs or draw.random() < 0.1 else cell

    text = end.join(mark.join(map(quoted, row)) for row in rows) + draw.choice([end, ""])
    return text.encode(draw.choice(["utf-8", "utf-8", "utf-8", "cp1252", "utf-16"]), "replace")


def as_json(rows: Table, draw: random.Random) -> bytes:
    objects: list[object] = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
    objects += [draw.choice([1, None, [], {}, {"a": {"b": [{"c": 1}]}}])] * draw.randrange(2)
    if draw.random() < 0.5:
        return "\n".join(map(json.dumps, objects)).encode()
    return json.dumps(objects, indent=draw.choice([None, 1]), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def as_workbook(rows: Table, draw: random.Random) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            if cell and cell.isprintable():
                value = float(cell) if draw.random() < 0.2 and cell.isdecimal() else cell
                sheet.cell(number, place, value)
    if draw.random() < 0.1:
        sheet[draw.choice(["XFD1048576", "A900000", "ZZ99"])] = "x"
    book.save(out)
    return out.getvalue()


def as_parquet(rows: Table, draw: random.Random) -> bytes:
    """Columns of text, some of them of another type that holds it, or holds something else."""
    columns, out = [], io.BytesIO()
    for place in range(len(rows[0])):
        cells: list[Any] = [_plain(row[place]) if place < len(row) else None for row in rows[1:]]
        kind, held = draw.choice(TEXTS) if draw.random() < 0.3 else (pa.string(), str)
        if draw.random() < 0.1:
            (kind, held), cells = draw.choice(NUMBERS), [draw.randrange(10**6) for _ in cells]
        columns.append(pa.array([None if cell is None else held(cell) for cell in cells], kind))
    packed = draw.choice(["snappy", "zstd", "gzip", "none"])
    pq.write_table(pa.table(columns, [*map(_plain, rows[0])]), out, compression=packed)
    return out.getvalue()


def _plain(cell: str) -> str:
    return cell.encode("utf-8", "replace").decode()


def as_packed(rows: Table, draw: random.Random) -> bytes:
    packed = gzip.compress(as_text(rows, draw), 1)
    return gzip.compress(packed, 1) if draw.random() < 0.1 else packed


def as_frames(rows: Table, draw: random.Random) -> bytes:
    return zstandard.compress(as_text(rows, draw), 1) * draw.choice([1, 1, 1, 2])


KINDS: list[tuple[str, Callable[[Table, random.Random], bytes]]] = [
    *[(".csv", as_text)] * 11, *[(".json", as_json)] * 4, (".xlsx", as_workbook),
    *[(".parquet", as_parquet)] * 2, (".csv.gz", as_packed), (".csv.zst", as_frames),
]  # fmt: skip


def file(seed: int) -> tuple[str, str, bytes]:
    """The source, the ending and the bytes of the damaged file of this seed."""
    draw = random.Random(seed)
    source = draw.choice(contract.sources())
    ending, write = draw.choice(KINDS)
    rows = table(source, draw)
    fields = {field.name: field for field in contract.load(source).fields}
    content = write(damaged(rows, fields, draw) if draw.random() < 0.8 else rows, draw)
    for _ in range(draw.choice([0, 0, 0, 1, 3])):
        at = draw.randrange(len(content) + 1)
        how = draw.randrange(3)
        if how == 0:
            content = content[:at]
        else:
            content = content[:at] + draw.choice(BYTES) + content[at + how - 1 :]
    return source, ending, content
