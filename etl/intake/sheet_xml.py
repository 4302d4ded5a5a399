"""The XML of a workbook, for what its reader does not tell: errors and formulas in cells, merged
cells, hidden rows, columns and sheets, cells far away, and numbers that are shown with zeros before
them or in a unit."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.etree import ElementTree

ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:/>|>.*?</(?:\w+:)?row>)", re.S)
CELL = re.compile(rb"<(?:\w+:)?c\b[^>]*?(?:/>|>.*?</(?:\w+:)?c>)", re.S)
ROW_NUMBER = re.compile(rb"<[^>]*?\br=\"(\d+)\"")
ADDRESS = re.compile(rb"<[^>]*?\br=\"([A-Z]+)\d+\"")
ROW_NUMBERS = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=\"(\d+)\"")
HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")
HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\bhidden=\"(?:1|true)\"[^>]*>")
COLUMN = re.compile(rb"<(?:\w+:)?col\b[^>]*>")
ENDS = re.compile(rb"\b(min|max)=\"(\d+)\"")
COLUMNS = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=\"([A-Z]+)")
PIECE = 8 * 1024 * 1024
MOST_COLUMNS = 16_384  # of a sheet
ERROR = re.compile(rb"^<[^>]*?\bt=\"e\"[^>]*>.*?<(?:\w+:)?v>([^<]*)<", re.S)
FORMULA = re.compile(rb"<(?:\w+:)?f\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?f>)", re.S)
# a value that is text may be empty: the result of =IF(A1="","",A1)
VALUE = re.compile(rb"^<[^>]*?\bt=\"str\"|<(?:\w+:)?v\b[^>/]*>[^<]|<(?:\w+:)?is\b")
MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
STYLE = re.compile(rb"<[^>]*?\bs=\"(\d+)\"")
NUMBER = re.compile(rb"<(?:\w+:)?v>(-?[\d.]+(?:[eE][-+]?\d+)?)<")
# a postcode or code of a department: 00000, also as [$-40C]00000
ZEROS = re.compile(r"(?:\[\$[^\]]*\])?(0{2,14})")
# 0.0 "k€", [$$-409]0; but 0, "k€" shows thousands of what the cell holds
UNIT = re.compile(
    r"(?i)\"(\s*(?:[$£]|usd|gbp|chf|[km] ?€|[km]eur|mi?n|j|m|cts?))\s*\""
    r"|\[\$([$£]|usd|gbp|chf)[^\]]*\]"
)
SCALED = re.compile(r"[0#?],+(?![0#?])")
OWN_FORMATS = 164
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheet_part(read: Callable[[str], bytes], sheet: str | None) -> str:
    """The part that holds a sheet, the first one for None. `read` gives the bytes of a part.

    Raises StopIteration, KeyError or ElementTree.ParseError where the workbook is not as usual.
    """
    if sheet is None:
        wanted = first_sheet(read)
    else:
        wanted = next(e for e in _sheets(read) if e.get("name") == sheet)
    relations = ElementTree.fromstring(read("xl/_rels/workbook.xml.rels"))
    part = next(e.get("Target", "") for e in relations if e.get("Id") == wanted.get(RELATION))
    return part.lstrip("/") if part.startswith("/") else f"xl/{part}"


def first_sheet(read: Callable[[str], bytes]) -> ElementTree.Element:
    """The first sheet that is not hidden, else the first. Raises as `sheet_part`."""
    sheets = _sheets(read)
    shown = (each for each in sheets if each.get("state", "visible") == "visible")
    return next(iter([*shown, *sheets]))


def _sheets(read: Callable[[str], bytes]) -> list[ElementTree.Element]:
    book = ElementTree.fromstring(read("xl/workbook.xml"))
    return [each for each in book.iter() if each.tag.endswith("}sheet")]


def shown_as(styles: bytes) -> dict[bytes, tuple[int, str]]:
    """The styles that show a number with zeros before it, and of how many digits; or in a unit that
    nothing else of its column need say.

    Raises ElementTree.ParseError.
    """
    parts = [*ElementTree.fromstring(styles).iter()]
    codes = {e.get("numFmtId"): e.get("formatCode", "") for e in parts if e.tag.endswith("}numFmt")}
    found = {}
    for cells in (e for e in parts if e.tag.endswith("}cellXfs")):
        for place, style in enumerate(cells):
            code = codes.get(style.get("numFmtId"), "").split(";")[0]
            zeros = ZEROS.fullmatch(code)
            # those below are the program's own, and in it a dollar is the currency of the place
            is_own = int(style.get("numFmtId") or 0) < OWN_FORMATS
            unit = None if is_own or SCALED.search(code) else UNIT.search(code)
            if zeros or unit:
                told = len(zeros[1]) if zeros else 0, (unit[1] or unit[2]).strip() if unit else ""
                found[str(place).encode()] = told
    return found


@dataclass
class Seen:
    """How many rows and columns the cells of a sheet span, its first row and column included; the
    text of each cell that holds an error, or a formula whose value nobody stored, or that is shown
    with more zeros than it has or with a unit, by row (from 1) and column (from 0); which cells are
    merged (A2:A4), which rows (from 1) and columns (from 0) are hidden."""

    height: int = 0
    width: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    dressed: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


def seen(stream: IO[bytes], shown: dict[bytes, tuple[int, str]]) -> Seen:
    """What the XML of a sheet tells, read piece by piece; `shown` as told of the styles."""
    found, number = Seen(), 0
    marked = re.compile(rb"\bs=\"(?:%s)\"" % b"|".join([*shown, b"none"]))

    def dressed(cell: bytes) -> str:
        style, value = STYLE.match(cell), NUMBER.search(cell)
        is_text = b't="' in cell[: cell.find(b">")] and b't="n"' not in cell
        if is_text or not style or not value or style[1] not in shown:
            return ""
        (width, unit), text = shown[style[1]], value[1].decode()
        if unit:
            return f"{text} {unit}"
        return text.zfill(width) if text.isdecimal() and len(text) < width else ""

    for content in _pieces(stream):
        rows: set[bytes] = set(ROW_NUMBERS.findall(content))
        letters: set[bytes] = set(COLUMNS.findall(content))
        found.height = max(found.height, *map(int, rows), 0)
        found.width = max(found.width, *(column(word) + 1 for word in letters), 0)
        found.merged += [ref.decode() for ref in MERGED.findall(content)]
        if b"hidden=" in content:
            _hidden(content, found)
        if b't="e"' not in content and not marked.search(content) and not FORMULA.search(content):
            continue
        for row in ROW.finditer(content):
            stated = ROW_NUMBER.match(row[0])
            number = int(stated[1]) if stated else number + 1
            if b't="e"' in row[0]:
                found.errors[number] = _texts(row[0], _error)
            if marked.search(row[0]) and (told := _texts(row[0], dressed)):
                found.dressed[number] = told
            if FORMULA.search(row[0]) and (told := _texts(row[0], _formula)):
                found.formulas[number] = told
    return found


def _hidden(content: bytes, found: Seen) -> None:
    """Notes which rows and columns a piece of XML hides."""
    for row in HIDDEN_ROW.findall(content):
        if stated := ROW_NUMBER.match(row):
            found.hidden_rows.add(int(stated[1]))
    for one in COLUMN.findall(content):
        ends = {name: int(number) for name, number in ENDS.findall(one)}
        if HIDDEN.search(one) and ends.keys() == {b"min", b"max"}:
            found.hidden_columns |= {*range(ends[b"min"] - 1, min(ends[b"max"], MOST_COLUMNS))}


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """The XML in pieces that end with a row, where there is any."""
    rest = b""
    while piece := stream.read(PIECE):
        rest += piece
        end = rest.rfind(b"row>") + len(b"row>")
        if end >= len(b"row>"):
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _texts(row: bytes, told: Callable[[bytes], str]) -> dict[int, str]:
    """What is told of the cells of a row, by column."""
    found, place = {}, -1
    for cell in CELL.finditer(row):
        address = ADDRESS.match(cell[0])
        place = column(address[1]) if address else place + 1
        if text := told(cell[0]):
            found[place] = text
    return found


def _error(cell: bytes) -> str:
    found = ERROR.match(cell)
    return found[1].decode() if found else ""


def _formula(cell: bytes) -> str:
    """The formula of a cell without a value."""
    found = FORMULA.search(cell)
    return (
        "=" + html.unescape((found[1] or b"").decode()) if found and not VALUE.search(cell) else ""
    )


def column(letters: bytes) -> int:
    """The place of a column, from 0 on."""
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def letters(place: int) -> str:
    """The name of a column by its place, from 0 on."""
    before, last = divmod(place, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + last)
