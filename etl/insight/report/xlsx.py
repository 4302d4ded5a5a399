"""A report as a workbook: one sheet a table, true numbers and dates, then what they mean."""

import datetime as dt
import io
import math
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import xlsxwriter

from etl.insight.partner_cells import REVISED, Revised, is_hidden
from etl.insight.report.model import Column, Figure, Figures, Report, Table, Value
from etl.insight.report.words import ReportWords

WHOLE, SHARE = "#,##0", "0.0%"
NUMBER_FORMATS = {
    "count": WHOLE,
    "share": SHARE,
    "percent": SHARE,
    "points": SHARE,
    "signed": WHOLE,
    "per_month": "#,##0.0",
    "number": "#,##0.00",
    "eur": WHOLE,
    "days": WHOLE,
    "hours": "0.0",
    "tiny": "0.0000",
    "date": "yyyy-mm-dd",
    "month": "yyyy-mm",
    "year": "0",
}
UNIT = {"share": "share", "percent": "share", "eur": "eur", "hours": "hours"}


def xlsx(report: Report) -> bytes:
    """The report as XLSX; nothing in it runs as a formula, and its only date is the build's."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    moment = dt.datetime(*report.as_of.timetuple()[:3])
    book.set_properties({"title": report.title, "author": "Maillage", "created": moment})
    sheets = _Sheets(book, ReportWords(report.language))
    for block in report.blocks():
        if isinstance(block, Figures):
            sheets.add(_figures(block, sheets.words))
        elif isinstance(block, Table) and block.columns and not block.is_excerpt:
            sheets.add(block)
    sheets.add(_definitions(report, sheets.words))
    sheets.about(report)
    book.close()
    return out.getvalue()


class _Sheets:
    """Writes tables as sheets of one workbook."""

    def __init__(self, book: Any, words: ReportWords) -> None:
        self.book, self.words, self.names = book, words, set[str]()
        self.head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.wrap = book.add_format({"text_wrap": True, "valign": "top"})
        self.grey = book.add_format({"italic": True, "font_color": "#5a6b69"})
        self.formats = {
            kind: book.add_format({"num_format": text}) for kind, text in NUMBER_FORMATS.items()
        }
        self.revised = {
            kind: book.add_format({"num_format": f'{text}"{REVISED}"'})
            for kind, text in NUMBER_FORMATS.items()
        }

    def add(self, table: Table) -> None:
        """One table: a frozen header, a filter, its notes below."""
        sheet = self.book.add_worksheet(sheet_name(table.sheet or table.title, self.names))
        for j, column in enumerate(table.columns):
            sheet.write_string(0, j, column.label, self.head)
            sheet.set_column(j, j, _width(column, [row[j] for row in table.rows]))
        for i, row in enumerate(table.rows, 1):
            for j, (value, column) in enumerate(zip(row, table.columns, strict=True)):
                self._cell(sheet, i, j, value, column)
        sheet.freeze_panes(1, 0)
        last = max(len(table.rows), 1)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
        for i, note in enumerate([*table.notes, *self.words.revised(table.rows)], last + 2):
            sheet.write_string(i, 0, note, self.grey)

    def _cell(self, sheet: Any, i: int, j: int, value: Any, column: Column) -> None:
        _ = self.words.gettext
        if isinstance(value, Value):
            column, value = Column("", value.kind), value.raw
        if is_hidden(value):
            sheet.write_string(i, j, self.words.cell(value, column), self.grey)
        elif isinstance(value, str):
            sheet.write_string(i, j, value, self.wrap if column.kind == "wrapped" else None)
        elif value is None or pd.isna(value):
            sheet.write_string(i, j, _("no data"), self.grey)
        elif value == math.inf:  # a time that is longer than any is told apart
            sheet.write_string(i, j, self.words.hours(value))
        elif isinstance(value, (dt.date, dt.datetime)):
            day = dt.datetime(*value.timetuple()[:3])
            sheet.write_datetime(i, j, day, self.formats[column.kind])
        else:
            formats = self.revised if isinstance(value, Revised) else self.formats
            sheet.write_number(i, j, float(value), formats.get(column.kind))

    def about(self, report: Report) -> None:
        """The last sheet: title, build, date, filters and sources."""
        _ = self.words.gettext
        sheet = self.book.add_worksheet(sheet_name(_("About"), self.names))
        sheet.set_column(0, 0, 26)
        sheet.set_column(1, 1, 110)
        sheet.write_string(0, 0, report.title, self.head)
        sheet.write_string(0, 1, report.subtitle, self.head)
        for i, (label, value) in enumerate(report.about, 1):
            sheet.write_string(i, 0, label, self.wrap)
            self._cell(sheet, i, 1, value, Column("", "date" if _is_date(value) else "wrapped"))
        sheet.freeze_panes(1, 0)


def _is_date(value: Any) -> bool:
    return isinstance(value, dt.date)


def _figures(figures: Figures, words: ReportWords) -> Table:
    _ = words.gettext
    heads = [
        (_("Figure"), "text"), (_("Value"), "number"), (_("Unit"), "text"), ("n", "count"),
        (_("Low (95%)"), "share"), (_("High (95%)"), "share"), (_("A year earlier"), "number"),
        (_("Target"), "number"), (_("Window"), "text"), (_("What it means"), "text"),
    ]  # fmt: skip
    columns = [Column(*head) for head in heads]
    return Table(figures.sheet, columns, [_figure(item, words) for item in figures.items])


def _figure(item: Figure, words: ReportWords) -> Sequence[Any]:
    def number(value: Any) -> Any:
        is_plain = value is None or isinstance(value, str)
        return value if is_plain else Value(value, item.kind)

    return (
        item.label, number(item.value), words.name("unit", UNIT.get(item.kind, "count")), item.n,
        item.low, item.high, number(item.before), number(item.target), item.window, item.detail,
    )  # fmt: skip


def _definitions(report: Report, words: ReportWords) -> Table:
    _ = words.gettext
    heads = (_("Figure"), _("What it means"), _("Unit"), _("Window"), _("Source"))
    return Table(
        _("Definitions"),
        [Column(head, "wrapped") for head in heads],
        [(d.label, d.meaning, d.unit, d.window, d.source) for d in report.definitions],
    )


def _width(column: Column, values: list[Any]) -> int:
    if column.kind == "wrapped":
        return 44
    longest = max((len(value) for value in values if isinstance(value, str)), default=0)
    return min(52, max(11, longest + 2, len(column.label) // 2 + 2))


def sheet_name(title: str, taken: set[str]) -> str:
    """A name that a spreadsheet takes, of which no other differs by its capitals alone."""
    base = re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "–"
    name, n = base, 2
    while name.lower() in taken:
        suffix = f" {n}"
        name, n = base[: 31 - len(suffix)] + suffix, n + 1
    taken.add(name.lower())
    return name
