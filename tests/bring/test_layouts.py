"""The judged layouts are well-formed: what they judge stands in their files and contracts."""

import csv
import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import duckdb
import openpyxl
import pytest

from etl import paths
from etl.intake import contract

JUDGED = Path(__file__).parents[1] / "judged"
FILES = JUDGED / "layouts"
Table = dict[str, list[str]]
LATER = (
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
)


def rows(name: str) -> list[dict[str, str]]:
    with (JUDGED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LAYOUTS: dict[str, list[dict[str, str]]] = defaultdict(list)
for each in rows("layouts"):
    LAYOUTS[each["layout"]].append(each)
SOURCE = {layout: judged[0]["source"] for layout, judged in LAYOUTS.items()}
CONTRACTS = {one: set(contract.load(one).names) for one in contract.sources()}


def columns(judged: str) -> list[str]:
    """The columns that a judgement names: of each alternative, and of each combination."""
    parts = (one.removeprefix("~") for one in judged.split("|"))
    return [name for part in parts for name in part.split("+") if name]


def grid(path: Path) -> list[list[list[str]]]:
    """The ways to read a file as rows of cells: by separator, by sheet."""
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        sheets = [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]
        return [[["" if v is None else str(v) for v in row] for row in one] for one in sheets]
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("windows-1252")
    return [list(csv.reader(text.splitlines(), delimiter=mark)) for mark in ",;\t"]


def nested(value: object, name: str = "") -> dict[str, str]:
    """The fields of an object of JSON, those within it as `outer.inner`; of a list of objects, what
    they hold together."""
    if isinstance(value, list):
        inside = [nested(one, name) for one in value if isinstance(one, dict)]
        together = {
            key: "|".join(one.get(key, "") for one in inside) for each in inside for key in each
        }
        return {name: str(value), **together}
    if not isinstance(value, dict):
        return {name: "" if value is None else str(value)}
    inner = (nested(one, f"{name}.{key}".lstrip(".")) for key, one in value.items())
    return {key: text for each in inner for key, text in each.items()}


def records(data: object) -> list[object]:
    """The list of objects that a document of JSON is, or holds."""
    if isinstance(data, dict):
        found = (records(one) for one in data.values())
        return next((one for one in found if one), [])
    return data if isinstance(data, list) else []


@cache
def table(layout: str) -> Table:
    """The columns of a layout; the header is the first row that holds all that is judged, or none
    where columns are judged by their number."""
    path = FILES / layout
    wanted = {name for row in LAYOUTS[layout] for name in columns(row["columns"])}
    if path.suffix == ".parquet":
        stored = duckdb.read_parquet(str(path)).project("COLUMNS(*)::VARCHAR")
        found = stored.fetchall()
        return {name: [str(line[k]) for line in found] for k, name in enumerate(stored.columns)}
    if path.suffix in (".json", ".jsonl"):
        text = path.read_text(encoding="utf-8")
        is_lines = path.suffix == ".jsonl"
        data = json.loads(f"[{','.join(text.splitlines())}]" if is_lines else text)
        objects = [nested(one) for one in records(data)]
        names = {key: None for one in objects for key in one}
        return {key: [one.get(key, "") for one in objects] for key in names}
    ways = grid(path)
    if all(name.startswith("column_") for name in wanted) and wanted:
        ways = [[[f"column_{k + 1}" for k in range(len(way[0]))], *way] for way in ways]
    heads = [
        (len(head), at, way)
        for way in ways
        for at, head in enumerate(way)
        if len(head) > 1 and wanted <= set(head)
    ]
    assert heads, f"{layout}: no row holds {sorted(wanted)}"
    width = max(columns for columns, _at, _way in heads)
    at, way = next((at, way) for columns, at, way in heads if columns == width)
    body = [line for line in way[at + 1 :] if line]
    assert {len(line) for line in body} == {width}, layout
    return {name: [line[k] for line in body] for k, name in enumerate(way[at])}


def test_every_layout_has_its_file_and_every_file_its_layout() -> None:
    assert sorted(path.name for path in FILES.iterdir()) == sorted(LAYOUTS)
    assert len(LAYOUTS) >= 218
    assert set(SOURCE.values()) == {*contract.sources(), "none"}


def test_a_layout_is_of_one_half_and_each_source_of_both() -> None:
    halves = {layout: {row["half"] for row in judged} for layout, judged in LAYOUTS.items()}
    assert {frozenset(half) for half in halves.values()} == {
        frozenset({half}) for half in ("dev", "locked", *LATER)
    }
    of_source = defaultdict(set)
    for layout, half in halves.items():
        of_source[SOURCE[layout]] |= half
    assert all(half >= {"dev", "locked"} for half in of_source.values())


@pytest.mark.parametrize("layout", sorted(LAYOUTS))
def test_fields_are_the_contract_s_and_columns_the_file_s(layout: str) -> None:
    judged = LAYOUTS[layout]
    assert {row["source"] for row in judged} == {SOURCE[layout]}
    fields = [row["field"] for row in judged]
    if SOURCE[layout] == "none":
        assert fields == [""] and judged[0]["columns"] == ""
    else:
        assert len(fields) == len(set(fields)) and set(fields) == CONTRACTS[SOURCE[layout]]
    here = table(layout)
    assert {name for row in judged for name in columns(row["columns"])} <= set(here)
    assert 6 <= len(next(iter(here.values()))) <= 15


def test_every_word_stands_in_its_column_and_means_what_the_contract_knows() -> None:
    found = rows("layout_words")
    assert len({(row["layout"], row["field"], row["word"]) for row in found}) == len(found)
    with (paths.REFERENCE / "domains.csv").open(encoding="utf-8", newline="") as file:
        domains = {row["domain_code"] for row in csv.DictReader(file)}
    for row in found:
        judged = next(one for one in LAYOUTS[row["layout"]] if one["field"] == row["field"])
        names, here = columns(judged["columns"]), table(row["layout"])
        cells = [cell for name in names for cell in here[name]]
        assert row["word"] in names or any(row["word"].lower() in cell.lower() for cell in cells), (
            row
        )
        field = contract.load(SOURCE[row["layout"]])[row["field"]]
        known = domains if field.lookup == "domains" else set(field.enum)
        assert not known or set(row["value"].split("|")) <= {"", *known}, row
