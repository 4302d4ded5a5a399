"""A template, filled as a person would, loads whole and without a sidecar; empty, it is told."""

import csv
import io
import zipfile
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from etl import check
from etl.bring import templates
from etl.intake import contract
from etl.sample import identifiers
from etl.words import reasons
from tests.sizes import some

CODES = {"country": "FR", "region": "52", "departement": "44", "commune": "44109"}
SOURCES = contract.sources()
SIRENS = identifiers.padded(identifiers.sirens(np.arange(40)), 9)
# what the examples of a contract contradict of each other, in one row
CONTRADICTED = {"too_late", "place_conflict", "siret_of_another_siren"}


def reported(source: str, path: Path) -> check.Report:
    (report,) = check.check([path], source)
    return report


def written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def filled_row(source: str, language: str, number: int) -> dict[str, object]:
    """The examples of a contract as somebody types them, a new key and other picks a row."""
    row: dict[str, object] = {}
    key = contract.load(source).key
    for entry in templates.entries(source):
        name, kind, value = entry["name"], entry["type"], str(entry["example"])
        typed: object = value
        if allowed := templates.choices(entry, language):
            typed = allowed[number % len(allowed)]
        elif entry.get("identifier") == "siren" and key == ("siren",):
            typed = str(SIRENS[number])
        elif kind == "string" and entry.get("identifier") == "key":
            typed = f"{value}-{number}"
        elif kind == "date":
            typed = date.fromisoformat(value) + timedelta(days=number)
        elif kind == "datetime":
            typed = datetime.fromisoformat(value).replace(tzinfo=None) + timedelta(hours=number)
        elif kind == "integer":
            typed = max(0, int(value) - number)
        elif kind == "number":
            typed = float(value.replace(",", "."))
        row[name] = typed
    if "territory_code" in row:
        row["territory_code"] = CODES[str(row["territory_level"])]
    return row


def rows_of(source: str, language: str) -> list[dict[str, object]]:
    """So many that each value of each pick list is taken once."""
    lists = [templates.choices(entry, language) for entry in templates.entries(source)]
    return [filled_row(source, language, i) for i in range(max(2, *map(len, lists)))]


def heads(sheet: Worksheet) -> list[object]:
    return [cell.value for cell in sheet[1]]


CASES = [(source, language) for source in SOURCES for language in ("fr", "en")]


@pytest.mark.parametrize(("source", "language"), some(CASES, 5, 10))
def test_a_filled_workbook_loads_whole_without_a_sidecar(
    tmp_path: Path, source: str, language: str
) -> None:
    book = openpyxl.load_workbook(io.BytesIO(templates.xlsx(source, language)))
    sheet = book.worksheets[0]
    assert heads(sheet) == contract.load(source).names
    rows = rows_of(source, language)
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row.values(), 1):
            sheet.cell(number, place, value)
    book.save(tmp_path / "filled-2026-11-30.xlsx")
    report = reported(source, tmp_path / "filled-2026-11-30.xlsx")
    assert report.drop is not None, report.problem
    assert (report.drop.read, report.drop.accepted) == (len(rows), len(rows)), report.refused
    assert not report.drop.unknown_columns
    assert {row["reason_code"] for row in report.repaired} <= CONTRADICTED


@pytest.mark.middle
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_filled_csv_loads_whole_without_a_sidecar(tmp_path: Path, language: str) -> None:
    for source in SOURCES:
        rows = rows_of(source, language)
        text = templates.csv(source, language).decode("utf-8-sig")
        mark = ";" if language == "fr" else ","
        out = io.StringIO(text, newline="")
        out.seek(0, io.SEEK_END)
        for row in rows:
            decimal = (
                str(v).replace(".", ",") if isinstance(v, float) else v for v in row.values()
            )
            csv.writer(out, delimiter=mark).writerow(decimal if mark == ";" else row.values())
        path = tmp_path / f"{source}-2026-11-30.csv"
        path.write_bytes(out.getvalue().encode("utf-8-sig"))
        report = reported(source, path)
        assert report.drop is not None, report.problem
        assert (report.drop.accepted, report.drop.refused) == (len(rows), 0), report.refused
        assert {row["reason_code"] for row in report.repaired} <= CONTRADICTED


@pytest.mark.middle
@pytest.mark.parametrize("language", ["fr", "en"])
def test_an_empty_template_is_told_and_yields_no_row(tmp_path: Path, language: str) -> None:
    for source in SOURCES:
        for ending, made in (("xlsx", templates.xlsx), ("csv", templates.csv)):
            path = written(tmp_path / f"{source}.{ending}", made(source, language))
            report = reported(source, path)
            assert report.drop is None and report.problem is not None
            assert report.problem.code == "no_rows"
            assert "template" in reasons.problem(report.problem, "en")


@pytest.mark.parametrize("source", SOURCES)
def test_the_example_of_the_workbook_would_load(tmp_path: Path, source: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(templates.xlsx(source, "fr")))
    sheet = book["Exemple"]
    names = contract.load(source).names
    assert heads(sheet) == names and not any(cell.value is None for cell in sheet[2])
    example = openpyxl.Workbook()
    for row in sheet.iter_rows(min_row=1, max_row=2, max_col=len(names), values_only=True):
        example.worksheets[0].append(row)
    example.save(tmp_path / "example-2026-11-30.xlsx")
    report = reported(source, tmp_path / "example-2026-11-30.xlsx")
    assert report.drop is not None and report.drop.accepted == 1
    assert {row["reason_code"] for row in report.repaired} <= CONTRADICTED


def test_codes_keep_their_zeros_and_dates_are_dates() -> None:
    book = openpyxl.load_workbook(io.BytesIO(templates.xlsx("providers", "fr")))
    sheet = book.worksheets[0]
    names = heads(sheet)
    formats = {
        names[place - 1]: columns.number_format
        for columns in sheet.column_dimensions.values()
        for place in range(columns.min, columns.max + 1)
    }
    assert {formats[name] for name in ("siren", "siret", "postcode", "commune_code")} == {"@"}
    assert formats["joined_on"] == "yyyy-mm-dd"


def test_pick_lists_and_notes_are_in_the_language_of_the_reader() -> None:
    for language, domain, told in (
        ("fr", "Petit bricolage", "Obligatoire."), ("en", "Handyman and odd jobs", "Required."),
    ):  # fmt: skip
        book = openpyxl.load_workbook(io.BytesIO(templates.xlsx("requests", language)))
        sheet, lists = book.worksheets[0], book["lists"]
        assert lists.sheet_state == "hidden"
        cells = dict(zip(heads(sheet), sheet[1], strict=True))
        picked = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
        for name, value in (("status", "filled"), ("domain", domain)):
            column = cells[name].column_letter
            assert picked[f"{column}2:{column}100001"].startswith(f"lists!${column}$1:")
            assert value in [cell.value for cell in lists[column]]
        assert told in cells["created_at"].comment.text
        assert all(cell.comment for cell in sheet[1])


@pytest.mark.parametrize("source", some(SOURCES, small=2, middle=5))
def test_the_same_contract_makes_the_same_bytes(source: str) -> None:
    assert templates.xlsx(source, "fr") == templates.xlsx(source, "fr")
    with zipfile.ZipFile(io.BytesIO(templates.xlsx(source, "fr"))) as book:
        assert b"2026-01-01T00:00:00Z" in book.read("docProps/core.xml")
