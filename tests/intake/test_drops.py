"""Any file layout gives the same rows, with the physical line of each."""

import csv
import gzip
import io
import json
import zipfile

import duckdb
import pandas as pd
import pytest
import zstandard
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.ingesting import drop_text, findings, only, problems, rows
from tests.sizes import examples

TEXT = "provider_id,name,city\n1,Élodie,Nantes\n2,Zoé,Lyon\n"
NAMES = ["Élodie", "Zoé"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TEXT.encode(), "a.csv"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "a.csv"),
        (TEXT.replace("\n", "\r\n").encode(), "a.csv"),
        (TEXT.replace("\n", "\r").encode(), "a.csv"),
        (TEXT.rstrip().encode(), "a.csv"),
        (TEXT.replace(",", ";").encode("windows-1252"), "a.csv"),
        (TEXT.replace(",", "\t").encode("utf-16"), "a.tsv"),
        (TEXT.replace(",", "|").encode("utf-16-le"), "a.txt"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "a.csv"),
        (gzip.compress(TEXT.encode(), mtime=0), "a.csv.gz"),
        (gzip.compress(TEXT.encode("windows-1252"), mtime=0), "a.csv.gz"),
        (zstandard.compress(TEXT.encode()), "a.csv.zst"),
        (
            '"provider_id","name","city"\n"1","Élodie","Nantes"\n"2","Zoé","Lyon"\n'.encode(),
            "a.csv",
        ),
        (' Provider ID , NAME ,"city"\n1,Élodie,Nantes\n2,Zoé,Lyon\n'.encode(), "a.csv"),
        ("\n\nprovider_id,name\n\n1,Élodie\n\n2,Zoé\n\n".encode(), "a.csv"),
        ("provider_id,name,,\n1,Élodie,,\n2,Zoé,,,,\n".encode(), "a.csv"),
        ("provider_id,name,name\n1,Élodie,x\n2,Zoé,y\n".encode(), "a.csv"),
        (
            '{"provider_id":1,"name":"Élodie"}\n\n{"name":"Zoé","provider_id":"2"}\n'.encode(),
            "a.jsonl",
        ),
        (
            '[{"provider_id":1,"name":"Élodie"},\n{"name":"Zoé","provider_id":"2"}]'.encode(),
            "a.json",
        ),
    ],
)
def test_every_layout_gives_the_same_rows(tmp_path, content, name):
    drop_text(tmp_path, "providers", content, name.replace("a.", "a-2026-11-01."))
    drop = only(tmp_path)
    assert [r["name"] for r in rows(drop)] == NAMES
    assert [r["provider_id"] for r in rows(drop)] == ["1", "2"]
    assert drop.refused == 0


def test_workbooks_and_parquet_keep_codes_dates_and_lists(tmp_path):
    frame = pd.DataFrame(
        {
            "provider_id": ["01", "02"],
            "commune_code": ["01004", 1004],
            "legal_category": [5458.0, None],
            "joined_on": [pd.Timestamp("2026-01-02"), pd.NaT],
            "is_active": [True, False],
        }
    )
    path = drop_text(tmp_path, "providers", b"", "a-2026-11-01.xlsx")
    frame.to_excel(path, index=False, startrow=2)
    drop = only(tmp_path)
    first, second = rows(drop)
    assert (first["line"], second["line"]) == (4, 5)
    assert first["commune_code"] == second["commune_code"] == "01004"
    assert first["legal_category"] == "5458"
    assert first["joined_on"].isoformat() == "2026-01-02"
    assert (first["is_active"], second["is_active"]) == (True, False)
    path.unlink()
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT '007' AS provider_id, 5458.0 AS legal_category, ['ménage', 'II-2'] AS "
            "domains, TIMESTAMP '2026-01-02 03:04:05' AS joined_on) "
            f"TO '{path.with_suffix('.parquet')}'"
        )
    (row,) = rows(only(tmp_path))
    assert (row["provider_id"], row["legal_category"]) == ("007", "5458")
    assert row["domain_codes"] == ["gardening", "house_cleaning"]
    assert (row["joined_on"].isoformat(), row["line"]) == ("2026-01-02", 1)


def test_json_keeps_leading_zeros_and_lists_and_refuses_what_is_no_object(tmp_path):
    lines = [
        json.dumps({"provider_id": "007", "domains": ["II-2", "ménage"], "employees": 3}),
        "not json",
        "",
        '"text"',
        json.dumps({"provider_id": "8", "name": None}),
    ]
    drop_text(tmp_path, "providers", "\n".join(lines), "a-2026-11-01.ndjson")
    drop = only(tmp_path)
    assert [(r["line"], r["provider_id"]) for r in rows(drop)] == [(1, "007"), (5, "8")]
    assert rows(drop)[0]["domain_codes"] == ["gardening", "house_cleaning"]
    assert findings(drop, "refused") == [(2, None, "not_json"), (4, None, "not_json")]


def test_lines_are_those_of_the_file_whatever_stands_between(tmp_path):
    text = (
        "provider_id,name\r\n"  # 1
        '1,"two\r\nlines"\r\n'  # 2-3
        "\r\n"  # 4
        "2,a,b,c\r\n"  # 5: too many
        "3\r\n"  # 6: too few
        '4,"never closed\r\n'  # 7
        '5,"fine"\r\n'  # 8
        '6,"bad"tail\r\n'  # 9
        '7,inch 5"\r\n'  # 10
        '8,"say ""hi"""\r\n'  # 11
        ',"no key"\r\n'  # 12
        "8,again\r\n"  # 13
        '9,"open at the end\r\n'  # 14
    )
    drop_text(tmp_path, "providers", text)
    drop = only(tmp_path)
    assert [(r["line"], r["name"]) for r in rows(drop)] == [
        (2, "two\r\nlines"),
        (8, "fine"),
        (10, 'inch 5"'),
        (11, 'say "hi"'),
    ]
    assert findings(drop, "refused") == [
        (5, None, "too_many_columns"),
        (6, None, "too_few_columns"),
        (7, None, "broken_quote"),
        (9, None, "broken_quote"),
        (12, "provider_id", "missing_required"),
        (13, "provider_id", "repeated_key"),
        (14, None, "broken_quote"),
    ]
    assert json.loads(rows(drop, "refused")[4]["row_json"]) == {
        "provider_id": None,
        "name": "no key",
    }


def test_a_quote_that_is_never_closed_costs_one_line(tmp_path):
    good = "".join(f"{i},name {i}\n" for i in range(3000))
    drop_text(tmp_path, "providers", 'provider_id,name\nx,"open\n' + good)
    drop = only(tmp_path)
    assert (drop.read, drop.accepted, drop.refused) == (3001, 3000, 1)
    assert rows(drop)[-1]["line"] == 3002


KEY = st.text("abc1", min_size=1, max_size=3)
CELL = st.text(alphabet='ab",;\n\r é|\t1', max_size=6)


@settings(max_examples=examples(40))
@given(st.lists(st.tuples(KEY, CELL, CELL), min_size=1, max_size=9))
@example([("a", "", "\r,,"), ("1", "", "")])
def test_well_formed_csv_keeps_every_record_and_its_line(tmp_path_factory, records):
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(["provider_id", "name", "url"])
    lines = []
    for record in records:
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(record)
    folder = tmp_path_factory.mktemp("well")
    drop_text(folder, "providers", out.getvalue())
    drop = only(folder)
    assert drop.read == len(records)
    first = {key: line for (key, _, _), line in reversed(list(zip(records, lines, strict=True)))}
    assert {r["provider_id"]: r["line"] for r in rows(drop)} == first
    assert [line for line, _, _ in findings(drop, "refused")] == [
        line for (key, _, _), line in zip(records, lines, strict=True) if first[key] != line
    ]


@pytest.mark.middle
@settings(max_examples=examples(60))
@given(st.lists(st.text(alphabet='a1",\n \réx', max_size=12), max_size=12))
def test_any_dirt_is_accepted_or_refused_and_keeps_the_good_line(tmp_path_factory, dirt):
    """No dirt makes a row vanish: each line that is not blank is accounted for."""
    folder = tmp_path_factory.mktemp("dirt")
    body = "\n".join(dirt)
    drop_text(folder, "providers", f"provider_id,name\ngood,first\n{body}\n")
    drop = only(folder)
    assert rows(drop)[0]["line"] == 2
    seen = {r["line"] for r in rows(drop)} | {r["line"] for r in rows(drop, "refused")}
    assert drop.read == len(seen)
    physical = f"provider_id,name\ngood,first\n{body}\n".split("\n")
    unquoted = {
        number
        for number, line in enumerate(physical[1:], 2)
        if line.strip() and '"' not in body and "\r" not in body
    }
    assert unquoted <= seen


def test_an_archive_with_two_files_at_one_place_is_told(tmp_path):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive, pytest.warns(UserWarning):
        for name in ("x.csv", "../x.csv"):  # never written outside the folder of the archive
            archive.writestr(name, TEXT)
        archive.writestr("x.csv", TEXT)
    drop_text(tmp_path, "providers", packed.getvalue(), "a-2026-11-01.zip")
    (problem,) = problems(tmp_path)
    assert problem.code == "twice_in_archive" and "« ../x.csv »" in problem.reason_fr
