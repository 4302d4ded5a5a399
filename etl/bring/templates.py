"""An empty table to fill for each source, made from its contract: an XLSX with pick lists, notes
and an example, and a CSV.

The columns are the fields by their own names, so that a filled template loads without a sidecar.
The example has a sheet of its own, and only the first sheet of a workbook is read: a template that
comes back as it left has no row, and intake says so.
"""

from __future__ import annotations

import csv as comma
import io
import json
from datetime import date, datetime
from functools import cache
from typing import Any

import pandas as pd
import xlsxwriter

from etl import paths
from etl.insight import registry
from etl.intake import contract
from etl.words import catalogue, words

LISTS = "lists"  # the hidden sheet of what may be picked
LAST_ROW = 100_000  # how far down a sheet is prepared
MADE = datetime(2026, 1, 1)  # no clock: the same contract makes the same bytes
FORMATS = {
    "string": "@", "list": "@", "integer": "0", "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
}  # fmt: skip
LINE, SIGNS = 18, 44  # of a note: pixels of a line, signs in one
Entry = dict[str, Any]


def entries(source: str) -> list[Entry]:
    """The fields of a contract as it states them."""
    path = contract.contract_path(source)
    found: list[Entry] = json.loads(path.read_text(encoding="utf-8"))["fields"]
    return found


def csv(source: str, language: str) -> bytes:
    """The header alone, as a spreadsheet of the language writes it."""
    out = io.StringIO()
    separator = ";" if language == "fr" else ","
    comma.writer(out, delimiter=separator, lineterminator="\r\n").writerow(
        contract.load(source).names
    )
    return out.getvalue().encode("utf-8-sig")


def xlsx(source: str, language: str) -> bytes:
    """The workbook: the sheet to fill, the example, and what may be picked."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"created": MADE, "title": source})
    told = words.of(language)
    fields = entries(source)
    sheet = book.add_worksheet(source)
    example = book.add_worksheet(told.gettext("Example"))
    lists = book.add_worksheet(LISTS)
    lists.hide()
    formats = {kind: book.add_format({"num_format": form}) for kind, form in FORMATS.items()}
    for place, entry in enumerate(fields):
        is_required = entry.get("constraints", {}).get("required", False)
        head = book.add_format({"bold": is_required, "bottom": 1, "num_format": "@"})
        width = max(12, len(entry["name"]) + 2)
        for each in (sheet, example):
            each.set_column(place, place, width, formats.get(entry["type"]))
            each.write_string(0, place, entry["name"], head)
            each.freeze_panes(1, 0)
        note = "\n".join(notes(entry, language))
        lines = sum(1 + len(line) // SIGNS for line in note.split("\n"))
        sheet.write_comment(0, place, note, {"width": 320, "height": (lines + 1) * LINE})
        _write_example(example, place, entry, formats)
        if allowed := choices(entry, language):
            lists.write_column(0, place, allowed)
            _let_pick(sheet, place, entry, len(allowed), language)
    example.write_string(
        3, 0, told.gettext("This row is an example and is not read: fill the first sheet.")
    )
    book.close()
    return out.getvalue()


def notes(entry: Entry, language: str) -> list[str]:
    """What to know of a field, a line each."""
    told = words.of(language)
    limits = entry.get("constraints", {})
    lines = [
        catalogue.gettext(entry["title"], language, "contracts"),
        told.gettext("Required.") if limits.get("required") else told.gettext("May stay empty."),
        catalogue.gettext(entry["description"], language, "contracts"),
    ]
    if unit := entry.get("unit"):
        lines.append(told.gettext("Unit: {unit}.", unit=catalogue.gettext(unit, language, "unit")))
    if "enum" in limits:
        lines.append(told.gettext("One of: {values}.", values=", ".join(limits["enum"])))
    if entry["type"] == "list":
        lines.append(told.gettext("Several are separated by |."))
    if "minimum" in limits:
        lines.append(told.gettext("At least {n}.", n=told.number(limits["minimum"])))
    if "maximum" in limits:
        lines.append(told.gettext("At most {n}.", n=told.number(limits["maximum"])))
    if "maxLength" in limits:
        lines.append(told.gettext("At most {n} characters.", n=told.number(limits["maxLength"])))
    return [*lines, told.gettext("Example: {example}.", example=entry["example"])]


def choices(entry: Entry, language: str) -> list[str]:
    """What a cell of a field may hold, where that is a list; each loads as it stands."""
    told = words.of(language)
    if "enum" in entry.get("constraints", {}):
        return list(entry["constraints"]["enum"])
    if entry["type"] == "boolean":
        return [told.gettext("yes"), told.gettext("no")]
    if entry.get("lookup") == "domains":
        return _domains()[f"label_{language}"].tolist()
    if entry["name"] == "metric":
        return sorted(registry.metrics())
    return []


@cache
def _domains() -> pd.DataFrame:
    return pd.read_csv(paths.REFERENCE / "domains.csv", dtype=str).sort_values("sort_order")


def _let_pick(sheet: Any, place: int, entry: Entry, count: int, language: str) -> None:
    """A pick list on a column; a list of several values, or another name of a domain, may be typed
    in its place."""
    column = xlsxwriter.utility.xl_col_to_name(place)
    is_open = entry["type"] == "list" or "lookup" in entry
    told = words.of(language)
    sheet.data_validation(
        1, place, LAST_ROW, place,
        {
            "validate": "list",
            "source": f"={LISTS}!${column}$1:${column}${count}",
            "error_type": "information" if is_open else "stop",
            "error_title": entry["name"],
            "error_message": told.gettext("This is none of the values of the list."),
        },
    )  # fmt: skip


def _write_example(sheet: Any, place: int, entry: Entry, formats: dict[str, Any]) -> None:
    """The example of a field in its own type."""
    text, kind = str(entry["example"]), entry["type"]
    if kind in ("integer", "number"):
        sheet.write_number(1, place, float(text.replace(",", ".")))
    elif kind == "date":
        sheet.write_datetime(1, place, date.fromisoformat(text), formats[kind])
    else:
        sheet.write_string(1, place, text)
