"""Files whose cells are not plain text: XLSX and Parquet, turned into a table of text.

A list becomes one text with `|` between its items; a date becomes ISO 8601.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import python_calamine

from etl.intake import kinds, sheet_xml
from etl.intake.contract import name as identifier
from etl.intake.contract import quote
from etl.intake.sidecar import Sidecar
from etl.intake.text import fold_name
from etl.problems import FileProblem

# More than a sheet has rows, and easy to read off: 20000003 is row 3 of the second sheet
SHEET = 10_000_000
# The reader holds every cell from A1 to the last: one that stands far away would take all memory
MOST_CELLS = 60_000_000


def load_parquet(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Fills `raw` from a Parquet file; returns its column names."""
    source = f"read_parquet({quote(path)}, file_row_number=true)"
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        columns = [(row[0], row[1]) for row in described if row[0] != "file_row_number"]
        cells = ", ".join(f"{_cell(name, kind)} AS c{i}" for i, (name, kind) in enumerate(columns))
        con.execute(
            f"CREATE OR REPLACE TABLE raw AS "
            f"SELECT file_row_number + 1 AS line, {cells} FROM {source}"
        )
    except duckdb.Error as error:
        raise FileProblem("broken_format", format="Parquet", detail=_short(error)) from error
    return [name for name, _ in columns]


def _cell(name: str, kind: str) -> str:
    column = identifier(name)
    if kind.endswith("[]") and "STRUCT" not in kind:
        return f"array_to_string({column}::VARCHAR[], '|')"
    if kind == "BLOB":
        return f"decode({column})"
    if kind.startswith(("STRUCT", "MAP")) or kind.endswith("[]"):
        return f"to_json({column})::VARCHAR"
    return f"{column}::VARCHAR"


def load_sheets(
    con: duckdb.DuckDBPyConnection, path: Path, folder: Path, sidecar: Sidecar
) -> list[str]:
    """Fills `raw` from the sheets that the sidecar names, or from the first one.

    `line` is the row of the sheet; of several sheets, with `SHEET` times the place of the sheet
    among them before it. Raises FileProblem.
    """
    book = Book(path)
    named = sidecar.sheets or (sidecar.sheet or book.names[0],)
    columns: list[str] | None = None
    copy = folder / "sheet.csv"
    with copy.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        for place, name in enumerate(named, 1):
            names, rows = table(book.rows(name), sidecar.skip, sidecar.header)
            if not names:
                raise FileProblem("empty_sheet", value=name)
            columns = columns or names
            if list(map(fold_name, names)) != list(map(fold_name, columns)):
                raise FileProblem(
                    "sheets_differ", value=name, other=named[0],
                    found=", ".join(names), expected=", ".join(columns),
                )  # fmt: skip
            before = place * SHEET if sidecar.sheets else 0
            for number, row in rows:
                writer.writerow([before + number, *(row + [""] * len(columns))[: len(columns)]])
    assert columns is not None
    types = "'line': 'BIGINT'" + "".join(f", 'c{i}': 'VARCHAR'" for i in range(len(columns)))
    con.execute(
        f"CREATE OR REPLACE TABLE raw AS SELECT * FROM read_csv({quote(copy)}, auto_detect=false, "
        f"header=false, delim=',', quote='\"', escape='\"', columns={{{types}}}, "
        f"max_line_size=33554432)"
    )
    return columns


Numbered = tuple[int, list[str]]


class Book:
    """An open workbook: the names of its sheets, and the rows of each as text."""

    def __init__(self, path: Path) -> None:
        kinds.refuse_other(path, ".xlsx")
        self._path = path
        try:
            self._book = python_calamine.CalamineWorkbook.from_path(str(path))
            self.names: list[str] = self._book.sheet_names
        except Exception as error:  # calamine raises many kinds, some of them bare
            raise FileProblem("broken_format", format="XLSX", detail=_short(error)) from error
        if not self.names:
            raise FileProblem("empty")

    def rows(self, name: str) -> Iterator[Numbered]:
        """The rows that are not blank, each with its number. Raises FileProblem."""
        if name not in self.names:
            raise FileProblem("sheet", value=name, found=", ".join(self.names))
        content = self._xml(name)
        height, width = sheet_xml.area(content) if len(content) else (0, 0)
        if height * width > MOST_CELLS:
            raise FileProblem("far_cell", value=name, rows=height, columns=width)
        try:
            rows = self._book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        except Exception as error:
            raise FileProblem("broken_format", format="XLSX", detail=_short(error)) from error
        # the reader gives an error as an empty cell: its text says that something was there
        for (number, place), error_text in sheet_xml.errors(content).items():
            if number <= len(rows) and place < len(rows[number - 1]):
                rows[number - 1][place] = error_text
        numbered = ((number, [_text(cell) for cell in row]) for number, row in enumerate(rows, 1))
        return ((number, row) for number, row in numbered if any(row))

    def _xml(self, name: str) -> bytes:
        """The XML of a sheet; empty where the workbook is not as usual."""
        try:
            with zipfile.ZipFile(self._path) as parts:
                return parts.read(sheet_xml.sheet_part(parts.read, name))
        except (KeyError, StopIteration, ElementTree.ParseError, zipfile.BadZipFile):
            return b""


def table(
    rows: Iterator[Numbered], skip: int, header: Sequence[str]
) -> tuple[list[str], Iterator[Numbered]]:
    """The names of the columns, and the rows below; no names where there is no row."""
    rest = [(number, row) for number, row in rows if number > skip]
    if header or not rest:
        return list(header), iter(rest)
    names = [" ".join(name.split()) for name in rest[0][1]]
    # a cell beside the header is a column without a name: it is told, like any that is not used
    while names and not any(row[len(names) - 1] for _, row in rest):
        names.pop()
    return names, iter(rest[1:])


def of_sheet(line: int) -> tuple[int, int]:
    """The place of the sheet, from 1 on, and the row in it, of a line of several sheets."""
    return divmod(line, SHEET)


def _text(cell: object) -> str:
    """A cell as its text: whole numbers without `.0`, dates as ISO 8601."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    return str(cell)


def _short(error: Exception) -> str:
    return str(error).split("\n", 1)[0][:200]
