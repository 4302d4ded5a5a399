"""Reads a workbook in a process of its own, whose memory has a bound: `python -m
etl.intake.sheet_reader`.

The library holds every cell from the first to the last, and aborts its process where memory ends;
a file of a few kilobytes may ask for any amount. The question comes as JSON on standard input, the
answer goes as JSON to standard output; the rows of a sheet go to a CSV file.
"""

from __future__ import annotations

import csv
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import python_calamine

from etl import faults
from etl.intake import sheet_xml
from etl.problems import FileProblem

NO_MEMORY = 3  # exit status
# Of these many cells alone no table fits: one of them stands far away
MOST_CELLS = 30_000_000
MOST_EXACT = 1e15
FEW_CELLS = 1_000_000  # of a sheet that is looked at beside the one that is read
MOST_SHEETS = 60  # of more, nobody looks for others like the first
STYLES, TEXTS = "xl/styles.xml", "xl/sharedStrings.xml"
Numbered = tuple[int, list[str]]


class Parts(zipfile.ZipFile):
    """The parts of a workbook, by their names in any case."""

    def getinfo(self, name: str) -> zipfile.ZipInfo:
        return super().getinfo(self.names().get(name.lower(), name))

    def names(self) -> dict[str, str]:
        return {name.replace("\\", "/").lower(): name for name in self.namelist()}


class Book:
    """An open workbook: the names of its sheets, and the rows of each as text."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.seen: dict[str, sheet_xml.Seen] = {}
        self._shown: sheet_xml.Styles | None = None
        try:
            self._book = python_calamine.CalamineWorkbook.from_path(str(path))
            self.names: list[str] = self._book.sheet_names
        except BaseException as error:  # many kinds, some of them bare, some no Exception
            raise broken(error) from error
        if not self.names:
            raise FileProblem("empty")
        self.first = self._first()

    def _first(self) -> str:
        """The first sheet that who opens the workbook sees."""
        with suppress(Exception), Parts(self._path) as parts:  # not as usual, or damaged
            name = sheet_xml.first_sheet(parts.read).get("name", "")
            return name if name in self.names else self.names[0]
        return self.names[0]

    def rows(self, name: str) -> Iterator[Numbered]:
        """The rows that are not blank, each with its number. Raises FileProblem."""
        if name not in self.names:
            raise FileProblem("sheet", value=name, found=", ".join(self.names))
        seen = self.told(name)
        if self.area(name) > MOST_CELLS:
            raise FileProblem("far_cell", value=name, rows=seen.height, columns=seen.width)
        try:
            sheet = self._book.get_sheet_by_name(name)
            before = [""] * (sheet.start[1] if sheet.start else 0)
            for number, cells in enumerate(sheet.iter_rows(), 1):
                row = [*before, *map(text_of, cells)]
                # the library gives an error, or a formula without a value, as an empty cell: its
                # text says that something was there
                told = seen.errors.get(number, {}) | seen.formulas.get(number, {})
                told |= seen.dressed.get(number, {})
                for place, text in told.items():
                    if place < len(row):
                        row[place] = text
                if any(row):
                    yield number, row
        except BaseException as error:
            raise broken(error) from error

    def _styles(self, parts: Parts) -> sheet_xml.Styles:
        """How the workbook shows its cells, read once."""
        if self._shown is None:
            names = parts.names()
            found = sheet_xml.styles_of(parts.read(STYLES)) if STYLES.lower() in names else None
            self._shown = found or sheet_xml.Styles()
            if TEXTS.lower() in names:
                with parts.open(TEXTS) as stream:
                    self._shown.texts = sheet_xml.struck_texts(stream)
        return self._shown

    def area(self, name: str) -> int:
        """How many cells the sheet spans. Raises FileProblem."""
        seen = self.told(name)
        return seen.height * seen.width

    def told(self, name: str) -> sheet_xml.Seen:
        """What the XML of a sheet tells, read once. Raises FileProblem."""
        if name not in self.seen:
            self.seen[name] = self._read(name)
        return self.seen[name]

    def _read(self, name: str) -> sheet_xml.Seen:
        """What the XML tells; nothing where the workbook is not as usual. Raises FileProblem."""
        try:
            with Parts(self._path) as parts:
                part = sheet_xml.sheet_part(parts.read, name)
                with parts.open(part) as stream:
                    return sheet_xml.seen(stream, self._styles(parts))
        except (KeyError, StopIteration, ElementTree.ParseError, zipfile.BadZipFile):
            return sheet_xml.Seen()
        except Exception as error:  # what is packed is damaged: zlib.error, EOFError, and others
            raise broken(error) from error


def broken(error: BaseException) -> FileProblem:
    """The problem of a workbook that the library cannot read. Raises what is none of its own."""
    if isinstance(error, (MemoryError, KeyboardInterrupt, SystemExit, GeneratorExit, FileProblem)):
        raise error
    return FileProblem("broken_format", format="XLSX", fault=faults.of(error))


def text_of(cell: object) -> str:
    """A cell as its text: whole numbers without `.0`, dates as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        if abs(cell) >= MOST_EXACT:  # a spreadsheet keeps fifteen digits
            return f"{cell:.14E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        whole = f"{minutes // 60}:{minutes % 60:02}"
        return f"{whole}:{seconds:02}" if seconds else whole
    # as other programs write the end of a line within a cell
    return str(cell).replace("_x000D_", "\r").replace("\r\n", "\n").replace("\r", "\n")


def heads(book: Book, rows: int) -> dict[str, Any]:
    """The first rows of each sheet, of the one that is seen first before all others."""
    names = sorted(book.names, key=book.first.__ne__)
    return {"sheets": {name: list(islice(book.rows(name), rows)) for name in names}}


def copied(book: Book, sheet: str, copy: str, skip: int, header: list[str]) -> dict[str, Any]:
    """Writes the rows of a sheet to a CSV file, each behind its number; tells the names of its
    columns, none where the sheet is empty, and how many cells and rows the file has."""
    rows = ((number, row) for number, row in book.rows(sheet) if number > skip)
    first = None if header else next(rows, None)
    start = first[0] + 1 if first else skip + 1
    names = header or [" ".join(name.split()) for name in (first[1] if first else [])]
    written = used = width = 0
    seen, hidden = book.told(sheet), 0
    struck: list[int] = []
    with Path(copy).open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        for number, row in rows:
            width = len(row)  # of all rows alike: those of the sheet's area
            written += 1
            hidden += number in seen.hidden_rows
            struck += [number] if number in seen.struck_rows else []
            used = max(used, max((i for i, cell in enumerate(row, 1) if cell), default=0))
            writer.writerow([number, *row])
    if not header:
        # a cell beside the header is a column without a name: it is told, like any not used
        while names and not names[-1] and len(names) > used:
            names.pop()
    columns = sorted(seen.hidden_columns & {*range(len(names))})
    told = {"hidden_rows": hidden, "hidden_columns": columns, "struck_rows": struck}
    told |= {"is_seen": bool(seen.height)}
    return {"columns": names, "width": width, "rows": written, **told, **noticed(seen, start)}


def noticed(seen: sheet_xml.Seen, start: int) -> dict[str, Any]:
    """Of the rows from `start` on: the formulas without a value, and merged cells, as addresses."""
    formulas = [
        f"{sheet_xml.letters(place)}{number}"
        for number, cells in seen.formulas.items()
        for place in cells
        if number >= start
    ]
    merged = [ref for ref in seen.merged if int(re.findall(r"\d+", ref)[1]) >= start]
    return {"formulas": formulas, "merged": merged}


def alike(book: Book, sheet: str, columns: list[str], skip: int) -> list[str]:
    """The other sheets whose rows stand below the same header. Nobody asked for them: one that
    cannot be read, or would take more memory than the sheet that is read, is left alone."""
    others = [name for name in book.names if name != sheet]
    found = []
    for name in others if len(others) < MOST_SHEETS else ():
        with suppress(FileProblem):
            if book.area(name) > max(FEW_CELLS, 2 * book.area(sheet)):
                continue
            first = next((row for number, row in book.rows(name) if number > skip), [])
            if [" ".join(cell.split()) for cell in first] == columns:
                found.append(name)
    return found


def answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        book = Book(Path(asked["path"]))
        if "heads" in asked:
            return heads(book, asked["heads"])
        names = asked["sheets"] or [asked["sheet"] or book.first]
        found = [
            copied(book, name, copy, asked["skip"], asked["header"])
            for name, copy in zip(names, asked["copies"], strict=True)
        ]
        is_guess = not (asked["sheets"] or asked["sheet"] or asked["header"])
        columns = found[0]["columns"]
        other = alike(book, names[0], columns, asked["skip"]) if is_guess and columns else []
        return {"names": names, "found": found, "other": other}
    except FileProblem as problem:
        return {"problem": {"code": problem.code, "value": problem.value, **problem.arguments}}


def main() -> int:
    """Answers one question. Exit status: 0, or NO_MEMORY."""
    asked = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (asked["memory"], asked["memory"]))
    try:
        json.dump(answer(asked), sys.stdout)
    except MemoryError:
        return NO_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
