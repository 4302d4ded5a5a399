"""Cells of a workbook are read as the same text in a CSV file would be."""

import datetime as dt
import io
import re
import zipfile

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from etl import check
from etl.intake import sheet_xml, workbook
from tests.ingesting import drop_text, findings, only, problems, rows
from tests.shared_files import shared_file

NAME = "a-2026-11-01"
HEADER = ["request_id", "created_at", "postcode", "hours", "amount_eur", "filled_at"]


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_errors_in_cells_are_listed_like_their_text_in_csv(tmp_path):
    table = [
        HEADER,
        ["A", "2026-10-05", "29200", "#DIV/0!", "#NAME?", ""],
        ["B", "2026-10-05", "#REF!", "2", "", "#NUM!"],
        ["C", "#VALUE!", "29200", "", "3", ""],
        ["D", "2026-10-05", "29200", "#N/A", "", ""],  # a word for missing, in both
    ]
    book = openpyxl.Workbook()
    for row in table:
        book.active.append([cell or None for cell in row])
    drop_text(tmp_path / "x", "requests", saved(book), f"{NAME}.xlsx")
    drop_text(tmp_path / "c", "requests", "\n".join(map(";".join, table)), f"{NAME}.csv")
    sheet, text = only(tmp_path / "x"), only(tmp_path / "c")
    for kind in ("refused", "repaired"):
        assert findings(sheet, kind) == findings(text, kind)
    assert findings(sheet, "refused") == [(4, "created_at", "unreadable_datetime")]
    assert {(line, column) for line, column, _ in findings(sheet, "repaired")} == {
        (2, "hours"), (2, "amount_eur"), (3, "postcode"), (3, "filled_at"),
    }  # fmt: skip
    assert rows(sheet) == rows(text)


@pytest.mark.parametrize("epoch", ["1900", "1904"])
def test_numbers_and_dates_of_cells(tmp_path, epoch):
    book = openpyxl.Workbook()
    if epoch == "1904":
        book.epoch = CALENDAR_MAC_1904
    book.active.append([*HEADER, "provider_id", "city"])
    moment = dt.datetime(2026, 10, 5, 10, 29, 59)
    book.active.append(
        [1.0, moment, 1000.0, 1.25, 1e3, dt.date(2026, 10, 6), 52.0, "Bourg-en-Bresse"]
    )
    drop_text(tmp_path, "requests", saved(book), f"{NAME}.xlsx")
    drop = only(tmp_path)
    (row,) = rows(drop)
    assert (row["request_id"], row["provider_id"]) == ("1", "52")
    assert (row["hours"], row["amount_eur"]) == (1.25, 1000)
    assert row["commune_code"] == "01053"  # the postcode has its zero again
    assert str(row["created_at"]) == "2026-10-05 08:29:59"  # UTC
    assert str(row["filled_at"]) == "2026-10-05 22:00:00"


def test_a_cell_far_from_the_table_is_told_before_it_takes_the_memory(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["request_id", "created_at"])
    book.active["XFB900000"] = "x"
    drop_text(tmp_path, "requests", saved(book), f"{NAME}.xlsx")
    (problem,) = problems(tmp_path)
    assert problem.code == "far_cell" and "900000" in problem.reason_fr


def test_shared_workbooks():
    (report,) = check.check([shared_file("cases/reading/farcell-2026-01-01.xlsx")], "providers")
    assert report.problem and report.problem.code == "far_cell"
    file = shared_file("cases/foreign/13-cell-errors/requests/r-2026-11-01.xlsx")
    (report,) = check.check([file], "requests")
    assert [(row["line"], row["value"]) for row in report.repaired] == [
        (2, "#REF!"), (3, "#VALUE!"), (4, "#DIV/0!"),
    ]  # fmt: skip


def test_a_workbook_that_takes_too_much_memory_is_named_and_no_other(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MEMORY_LIMIT", 256 * 1024**2)
    book = openpyxl.Workbook()
    book.active.append(["request_id", "created_at"])
    book.active["T1000000"] = "x"
    drop_text(tmp_path, "requests", saved(book), f"{NAME}.xlsx")
    drop_text(tmp_path, "requests", "request_id\n1\n")
    told = {problem.file: problem for problem in problems(tmp_path)}
    assert told[f"requests/{NAME}.xlsx"].code == "beyond_memory"
    assert "256 Mio" in told[f"requests/{NAME}.xlsx"].reason_fr
    assert told[f"requests/{NAME}.csv"].code == "header"


def test_a_sheet_whose_packed_bytes_are_damaged_is_told(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(HEADER)
    content = bytearray(saved(book))
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        start = parts.getinfo("xl/worksheets/sheet1.xml").header_offset
    packed = (
        start
        + 30
        + sum(int.from_bytes(content[start + at : start + at + 2], "little") for at in (26, 28))
    )
    content[packed : packed + 20] = b"\xff" * 20
    drop_text(tmp_path, "requests", bytes(content), f"{NAME}.xlsx")
    (problem,) = problems(tmp_path)
    assert problem.code == "broken_format"


REQUESTS = {
    "request_id": ["R1", "R2"], "created_at": ["2026-10-01", "2026-10-02"],
    "city": ["Nantes", "Rennes"], "domain": ["gardening", "gardening"],
}  # fmt: skip


def parquet(columns: dict) -> bytes:
    packed = io.BytesIO()
    pq.write_table(pa.table(columns), packed)
    return packed.getvalue()


def moments(*microseconds: int) -> pa.Array:
    return pa.array(np.array(microseconds, dtype="int64")).cast(pa.timestamp("us"), safe=False)


def test_the_least_moment_of_parquet_is_an_unreadable_one(tmp_path):
    told = REQUESTS | {"created_at": moments(-(2**63), 1_790_000_000_000_000)}
    drop_text(tmp_path, "requests", parquet(told), f"{NAME}.parquet")
    drop = only(tmp_path)
    assert [row["request_id"] for row in rows(drop)] == ["R2"]
    assert findings(drop, "refused") == [(1, "created_at", "unreadable_datetime")]


def test_a_column_may_have_the_name_of_parquet_s_row_numbers(tmp_path):
    told = REQUESTS | {"File_Row_Number": [7, 8]}
    drop_text(tmp_path, "requests", parquet(told), f"{NAME}.parquet")
    assert [row["line"] for row in rows(only(tmp_path))] == [1, 2]


def test_a_fault_of_duckdb_ends_one_file_and_no_other(tmp_path):
    lists = pa.array([[-(2**63)], [0]], type=pa.list_(pa.int64())).cast(
        pa.list_(pa.timestamp("us")), safe=False
    )
    told = REQUESTS | {"when": lists}
    drop_text(tmp_path, "requests", "request_id;created_at\nR9;2026-10-01\n", "0-2026-10-01.csv")
    drop_text(tmp_path, "requests", parquet(told), "1-2026-10-02.parquet")
    drop_text(tmp_path, "requests", "request_id;created_at\nR9;2026-10-01\n", "2-2026-10-03.csv")
    told = [(problem.file, problem.code) for problem in problems(tmp_path)]
    assert told == [("requests/1-2026-10-02.parquet", "broken_format")]


def test_texts_that_are_struck_through_in_part_are_read_without_it():
    texts = (
        b"<sst><si><t>a</t></si><si/><si><r><rPr><strike/></rPr><t>25</t></r>"
        b'<r><t xml:space="preserve"> 30 &amp;</t></r></si><si><r><rPr><strike val="0"/></rPr>'
        b"<t>b</t></r></si><si><r><rPr><strike/></rPr><t>c</t></r></si></sst>"
    )
    left = sheet_xml.struck_texts(io.BytesIO(texts))
    assert left == {b"2": "30 &", b"4": ""}
    rows = (
        b'<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>4</v></c></row>'
        b'<row r="3"><c r="A3" t="s"><v>0</v></c></row>'
        b'<row r="4"><c r="B4" t="s"><v>4</v></c></row>'
    )
    seen = sheet_xml.seen(io.BytesIO(rows), sheet_xml.Styles(texts=left))
    assert seen.struck_rows == {2, 4} and seen.dressed == {2: {0: "30 &"}, 4: {}}


def strict(part: bytes) -> bytes:
    """A part as the strict edition of the format names its elements."""
    old, new = b"http://schemas.openxmlformats.org/", b"http://purl.oclc.org/ooxml/"
    return part.replace(old + b"spreadsheetml/2006/", new + b"spreadsheetml/").replace(
        old + b"officeDocument/2006/relationships", new + b"officeDocument/relationships"
    )


@pytest.mark.parametrize(
    ("written", "is_seen"),
    [
        (strict, True),
        (lambda part: re.sub(rb"([\w:]+)=\"([^'\"]*)\"", rb"\1='\2'", part), True),
        (lambda part: part.replace(b"worksheets/sheet1.xml", b"Worksheets/Sheet1.xml"), True),
        (lambda part: re.sub(rb" r=\"[A-Z]*\d+\"", b"", part), False),
    ],
    ids=["strict", "apostrophes", "capitals", "no addresses"],
)
def test_what_a_sheet_hides_is_told_however_it_is_written(tmp_path, written, is_seen):
    book = openpyxl.Workbook()
    for row in (HEADER[:2], ["R1", "2026-10-01"], ["R2", "#REF!"]):
        book.active.append(row)
    book.active.row_dimensions[2].hidden = True
    book.active["B3"].data_type = "e"
    source, out = zipfile.ZipFile(io.BytesIO(saved(book))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            target.writestr(name, written(source.read(name)))
    drop_text(tmp_path, "requests", out.getvalue(), f"{NAME}.xlsx")
    drop = only(tmp_path)
    assert findings(drop, "refused") == [(3, "created_at", "unreadable_datetime")]
    assert [note.code for note in drop.notes] == ["hidden_rows" if is_seen else "unseen_sheet"]
