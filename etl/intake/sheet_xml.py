"""The XML of a workbook, for what its reader does not tell: errors in cells, cells far away."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree

ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:/>|>.*?</(?:\w+:)?row>)", re.S)
CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?(?:/>|>.*?</(?:\w+:)?c>)", re.S)
ROW_NUMBER = re.compile(rb"<[^>]*?\br=\"(\d+)\"")
ADDRESS = re.compile(rb"<[^>]*?\br=\"([A-Z]+)\d+\"")
ERROR = re.compile(rb"^<[^>]*?\bt=\"e\"[^>]*>.*?<(?:\w+:)?v>([^<]*)<", re.S)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheet_part(read: Callable[[str], bytes], sheet: str | None) -> str:
    """The part that holds a sheet, the first one for None. `read` gives the bytes of a part.

    Raises StopIteration, KeyError or ElementTree.ParseError where the workbook is not as usual.
    """
    book = ElementTree.fromstring(read("xl/workbook.xml"))
    sheets = [e for e in book.iter() if e.tag.endswith("}sheet")]
    wanted = next(e for e in sheets if sheet is None or e.get("name") == sheet)
    relations = ElementTree.fromstring(read("xl/_rels/workbook.xml.rels"))
    part = next(e.get("Target", "") for e in relations if e.get("Id") == wanted.get(RELATION))
    return part.lstrip("/") if part.startswith("/") else f"xl/{part}"


def errors(content: bytes) -> dict[tuple[int, int], str]:
    """The text of each cell that holds an error, by row (from 1) and column (from 0)."""
    found: dict[tuple[int, int], str] = {}
    if b't="e"' not in content:
        return found
    number = 0
    for row in ROW.finditer(content):
        stated = ROW_NUMBER.match(row[0])
        number = int(stated[1]) if stated else number + 1
        place = -1
        for cell in CELL.finditer(row[0]) if b't="e"' in row[0] else ():
            address = ADDRESS.match(cell[0])
            place = column(address[1]) if address else place + 1
            if error := ERROR.match(cell[0]):
                found[number, place] = error[1].decode()
    return found


def area(content: bytes) -> tuple[int, int]:
    """How many rows and columns the cells of a sheet span, its first row and column included."""
    rows: set[bytes] = set(re.findall(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d+)\"", content))
    letters: set[bytes] = set(re.findall(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]+)", content))
    last_row = max((int(row) for row in rows), default=0)
    return last_row, max((column(word) for word in letters), default=-1) + 1


def column(letters: bytes) -> int:
    """The place of a column, from 0 on."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1
