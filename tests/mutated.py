"""Files as they should be, damaged in ways that know how such a file is built."""

import gzip
import io
import json
import random
from collections.abc import Callable

import openpyxl

from etl.intake import contract

WORDS = [
    "", " ", "0", "-1", "1e400", "9" * 40, "NaN", "2026-02-30", "31/12/9999",
    "0000-00-00", '"', '""',
    "=1+1", "é" * 300, "a\nb", "a\r\nb", "a;b,c\td|e", "\ufeff", "\u2028", "🦆", "\\", "'", "null",
    "{}", "[1]", "true", "#REF!", "1 234,5", "12h", "00000", "99999", "2A004", "x" * 5000,
]  # fmt: skip
BYTES = [b"\0", b"\xff", b"\r", b"\n\n", b'"', b"\x1a", b"\xc3", b";", b",", b"\xef\xbb\xbf"]
Table = list[list[str]]


def table(source: str, draw: random.Random) -> Table:
    """A header and some rows of the examples that the contract gives."""
    fields = contract.load(source).fields
    names = [field for field in fields if field.required or draw.random() < 0.5]
    rows = [[field.example or "x" for field in names] for _ in range(draw.randint(1, 12))]
    for number, row in enumerate(rows):
        row[0] = f"{row[0]}{number}" if draw.random() < 0.5 else row[0]
    return [[field.name for field in names], *rows]


def damaged(rows: Table, draw: random.Random) -> Table:
    """The table with some cells, rows and columns that no contract wants."""
    rows = [list(row) for row in rows]
    for _ in range(draw.randint(0, 4)):
        way, row = draw.randrange(7), draw.choice(rows)
        place = draw.randrange(len(row)) if row else 0
        if way < 3 and row:
            row[place] = draw.choice(WORDS)
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
    return json.dumps(objects, indent=draw.choice([None, 1]), ensure_ascii=False).encode()


def as_workbook(rows: Table, draw: random.Random) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            if cell and cell.isprintable():
                sheet.cell(number, place, cell)
    if draw.random() < 0.1:
        sheet[draw.choice(["XFD1048576", "A900000", "ZZ99"])] = "x"
    book.save(out)
    return out.getvalue()


KINDS: list[tuple[str, Callable[[Table, random.Random], bytes]]] = [
    *[(".csv", as_text)] * 6, *[(".json", as_json)] * 2, (".xlsx", as_workbook),
    (".csv.gz", lambda rows, draw: gzip.compress(as_text(rows, draw), 1)),
]  # fmt: skip


def file(seed: int) -> tuple[str, str, bytes]:
    """The source, the ending and the bytes of the damaged file of this seed."""
    draw = random.Random(seed)
    source = draw.choice(contract.sources())
    ending, write = draw.choice(KINDS)
    rows = table(source, draw)
    content = write(damaged(rows, draw) if draw.random() < 0.8 else rows, draw)
    for _ in range(draw.choice([0, 0, 0, 1, 3])):
        at = draw.randrange(len(content) + 1)
        how = draw.randrange(3)
        if how == 0:
            content = content[:at]
        else:
            content = content[:at] + draw.choice(BYTES) + content[at + how - 1 :]
    return source, ending, content
