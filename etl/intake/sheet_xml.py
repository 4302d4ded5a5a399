"""The XML of a workbook, for what its reader does not tell: errors and formulas in cells, merged
cells, hidden rows, columns and sheets, cells far away, numbers that are shown with zeros before
them or in a unit, and what is struck through."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
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
PERCENT = {"9": "0%", "10": "0.00%"}  # of the program's own, by their numbers
QUOTED = re.compile(r"\"[^\"]*\"|\\.|_.")  # what of a format says nothing of the number
MANY = 1000  # texts: to look for each would take longer than to look at every row
STRUCK = re.compile(rb"<(?:\w+:)?strike\b(?![^>]*\bval=\"(?:0|false)\")")
TEXT = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>.*?</(?:\w+:)?si>)", re.S)
END = re.compile(rb"</(?:\w+:)?si>|<(?:\w+:)?si\b[^>]*/>")
RUN = re.compile(rb"<(?:\w+:)?r\b[^>]*>.*?</(?:\w+:)?r>", re.S)
WRITTEN = re.compile(rb"<(?:\w+:)?t\b[^>]*>([^<]*)<")
SHARED = re.compile(rb"^<[^>]*?\bt=\"s\"[^>]*>.*?<(?:\w+:)?v>(\d+)<", re.S)
APOSTROPHES = re.compile(rb"(\s[\w:]+=)'([^'\"<>]*)'")


def sheet_part(read: Callable[[str], bytes], sheet: str | None) -> str:
    """The part that holds a sheet, the first one for None. `read` gives the bytes of a part.

    Raises StopIteration, KeyError or ElementTree.ParseError where the workbook is not as usual.
    """
    if sheet is None:
        wanted = first_sheet(read)
    else:
        wanted = next(e for e in _sheets(read) if e.get("name") == sheet)
    relations = ElementTree.fromstring(read("xl/_rels/workbook.xml.rels"))
    # of two editions of the format, each with a name of its own for it
    told = next(value for name, value in wanted.items() if name.endswith("relationships}id"))
    part = next(e.get("Target", "") for e in relations if e.get("Id") == told)
    return part.lstrip("/") if part.startswith("/") else f"xl/{part}"


def first_sheet(read: Callable[[str], bytes]) -> ElementTree.Element:
    """The first sheet that is not hidden, else the first. Raises as `sheet_part`."""
    sheets = _sheets(read)
    shown = (each for each in sheets if each.get("state", "visible") == "visible")
    return next(iter([*shown, *sheets]))


def _sheets(read: Callable[[str], bytes]) -> list[ElementTree.Element]:
    book = ElementTree.fromstring(read("xl/workbook.xml"))
    return [each for each in book.iter() if each.tag.endswith("}sheet")]


@dataclass
class Styles:
    """How cells are shown, by the number of their style: those that show a number with zeros before
    it, and of how many digits, in a unit that nothing else of its column need say, or as a
    percentage; those that strike through. Of the texts, by their number, those that are struck
    through in part or whole, with what is left of them."""

    shown: dict[bytes, tuple[int, str]] = field(default_factory=dict)
    struck: set[bytes] = field(default_factory=set)
    texts: dict[bytes, str] = field(default_factory=dict)


def styles_of(styles: bytes) -> Styles:
    """The styles of a workbook, without its texts. Raises ElementTree.ParseError."""
    parts = [*ElementTree.fromstring(styles).iter()]
    codes = {e.get("numFmtId"): e.get("formatCode", "") for e in parts if e.tag.endswith("}numFmt")}
    fonts = [font for e in parts if e.tag.endswith("}fonts") for font in e]
    struck = {str(n) for n, font in enumerate(fonts) if STRUCK.search(ElementTree.tostring(font))}
    found = Styles()
    for cells in (e for e in parts if e.tag.endswith("}cellXfs")):
        for place, style in enumerate(cells):
            number = style.get("numFmtId") or "0"
            code = (codes | PERCENT).get(number, "").split(";")[0]
            zeros = ZEROS.fullmatch(code)
            # those below are the program's own, and in it a dollar is the currency of the place
            is_own = int(number) < OWN_FORMATS
            unit = None if is_own or SCALED.search(code) else UNIT.search(code)
            said = (unit[1] or unit[2]).strip() if unit else "%" * ("%" in QUOTED.sub("", code))
            if zeros or said:
                found.shown[str(place).encode()] = len(zeros[1]) if zeros else 0, said
            if style.get("fontId") in struck:
                found.struck.add(str(place).encode())
    return found


def struck_texts(stream: IO[bytes]) -> dict[bytes, str]:
    """The texts of a workbook that are struck through in part or whole: what is left of each."""
    found, number = {}, 0
    for content in _pieces(stream, b"si>"):
        for place, text in enumerate(TEXT.findall(content) if b"strike" in content else (), number):
            if STRUCK.search(text):
                found[str(place).encode()] = _left_of(text)
        number += len(END.findall(content))
    return found


def _left_of(text: bytes) -> str:
    """What of a text is not struck through."""
    left = (run for run in RUN.findall(text) if not STRUCK.search(run))
    words = b"".join(word for run in left for word in WRITTEN.findall(run))
    return html.unescape(words.decode("utf-8", "replace")).strip()


@dataclass
class Seen:
    """How many rows and columns the cells of a sheet span, its first row and column included; the
    text of each cell that holds an error, or a formula whose value nobody stored, or that is shown
    with more zeros than it has or with a unit, by row (from 1) and column (from 0); which cells are
    merged (A2:A4), which rows (from 1) and columns (from 0) are hidden, and which rows hold what is
    struck through."""

    height: int = 0
    width: int = 0
    errors: dict[int, dict[int, str]] = field(default_factory=dict)
    formulas: dict[int, dict[int, str]] = field(default_factory=dict)
    dressed: dict[int, dict[int, str]] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    struck_rows: set[int] = field(default_factory=set)


def seen(stream: IO[bytes], styles: Styles) -> Seen:
    """What the XML of a sheet tells, read piece by piece."""
    found, number, shown = Seen(), 0, styles.shown
    marks = rb"\bs=\"(?:%s)\"" % b"|".join([*shown, *styles.struck, b"none"])
    if styles.texts:
        texts = b"|".join(styles.texts) if len(styles.texts) < MANY else rb"\d+"
        marks += rb"|<(?:\w+:)?v>(?:%s)<" % texts
    marked = re.compile(marks)

    def dressed(cell: bytes) -> str:
        style, value = STYLE.match(cell), NUMBER.search(cell)
        is_text = b't="' in cell[: cell.find(b">")] and b't="n"' not in cell
        if is_text and STRUCK.search(cell):
            return _left_of(cell)
        if is_text:
            shared = SHARED.match(cell)
            return styles.texts.get(shared[1], "") if shared else ""
        if not style or not value or style[1] not in shown:
            return ""
        (width, unit), text = shown[style[1]], value[1].decode()
        if unit == "%":
            text = f"{(Decimal(repr(float(text))) * 100).normalize():f}"
        if unit:
            return f"{text} {unit}"
        return text.zfill(width) if text.isdecimal() and len(text) < width else ""

    def struck(cell: bytes) -> str:
        style, text = STYLE.match(cell), SHARED.match(cell)
        is_so = (style and style[1] in styles.struck) or (text and text[1] in styles.texts)
        return "struck" if (is_so or STRUCK.search(cell)) and VALUE.search(cell) else ""

    def is_marked(part: bytes) -> bool:
        return b"strike" in part or bool(marked.search(part))

    for piece in _pieces(stream):
        content = APOSTROPHES.sub(rb'\1"\2"', piece) if b"='" in piece else piece
        rows: set[bytes] = set(ROW_NUMBERS.findall(content))
        letters: set[bytes] = set(COLUMNS.findall(content))
        found.height = max(found.height, *map(int, rows), 0)
        found.width = max(found.width, *(column(word) + 1 for word in letters), 0)
        found.merged += [ref.decode() for ref in MERGED.findall(content)]
        if b"hidden=" in content:
            _hidden(content, found)
        if b't="e"' not in content and not is_marked(content) and not FORMULA.search(content):
            continue
        for row in ROW.finditer(content):
            stated = ROW_NUMBER.match(row[0])
            number = int(stated[1]) if stated else number + 1
            if b't="e"' in row[0]:
                found.errors[number] = _texts(row[0], _error)
            if is_marked(row[0]):
                found.dressed[number] = _texts(row[0], dressed)
                found.struck_rows |= {number} if _texts(row[0], struck) else set()
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


def _pieces(stream: IO[bytes], last: bytes = b"row>") -> Iterator[bytes]:
    """The XML in pieces that end with a row, or with what is last, where there is any."""
    rest = b""
    while piece := stream.read(PIECE):
        rest += piece
        end = rest.rfind(last) + len(last)
        if end >= len(last):
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
