"""Where the rows of a file begin, and what is told when its sidecar does not say it."""

import gzip
import io
import itertools
import json
import zipfile

import openpyxl
import pytest

from etl import check
from tests.ingesting import drop_text, findings, only, problems, rows
from tests.shared_files import shared_file
from tests.sizes import some


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, table in sheets.items():
        sheet = book.create_sheet(name)
        for row in table:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_sidecar(folder, content, sidecar, source="requests", name="a-2026-11-01.csv"):
    drop_text(folder, source, content, name)
    if sidecar:
        drop_text(folder, source, sidecar, f"{name}.toml")


def lines(drop):
    return [(row["line"], row["request_id"]) for row in rows(drop)]


TABLE = "request_id;created_at;city\nA;2026-10-05;Brest\nB;2026-10-06;Lille\n"
BARE = TABLE.split("\n", 1)[1]
NAMES = 'header = ["request_id", "created_at", "city"]'


@pytest.mark.parametrize(
    ("content", "sidecar", "first"),
    [
        ("Suivi\nau 31/10\n" + TABLE, "skip = 2", 4),
        ("Suivi;;\n\n\n" + TABLE, "skip = 3", 5),  # blank lines count
        ("Suivi\r\nau 31/10\r\n" + TABLE.replace("\n", "\r\n"), "skip = 2", 4),
        ("Suivi\rau 31/10\r" + TABLE.replace("\n", "\r"), "skip = 2", 4),
        ('"Suivi ""2026""\nsur deux lignes"\n' + TABLE, "skip = 2", 4),
        ("sep=;\n" + TABLE, "", 3),
        ("<nom>;<table>\n" + TABLE, "skip = 1", 3),  # no HTML
        ("sep=;\nSuivi\n" + TABLE, "skip = 2", 4),  # it is one of the lines that are skipped
        ("sep=,\n" + TABLE, "", 3),  # and not believed against the header
        ("sep=\t\n" + TABLE.replace(";", "\t"), "", 3),
        ("sep=~\n" + TABLE.replace(";", "~"), "", 3),
        ("\ufeffsep=;\n" + TABLE, "", 3),
        (BARE, NAMES, 1),
        ("Liste\n" + BARE.replace("Brest", '"Brest\n"'), "skip = 1\n" + NAMES, 2),
        (";;\n ; ;\n" + TABLE, "", 4),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", some(["utf-8", "utf-16"], 1, 1))
def test_rows_keep_the_lines_of_the_file_below_its_head(
    tmp_path, content, sidecar, first, encoding
):
    with_sidecar(tmp_path, content.encode(encoding), sidecar)
    drop = only(tmp_path)
    step = 2 if '"Brest\n"' in content else 1
    assert lines(drop) == [(first, "A"), (first + step, "B")]
    assert drop.refused == 0
    assert [row["city"].strip() for row in rows(drop)] == ["Brest", "Lille"]


def test_bad_lines_below_a_head_keep_theirs(tmp_path):
    with_sidecar(tmp_path, "Suivi\n\n" + TABLE + "C;2026\nD;hier;Brest\n", "skip = 2")
    drop = only(tmp_path)
    assert findings(drop, "refused") == [
        (6, None, "too_few_columns"),
        (7, "created_at", "unreadable_datetime"),
    ]


def test_sheets_make_one_source_and_each_row_can_be_found(tmp_path):
    header = ["request_id", "created_at", "city"]
    sheets = {
        "Lisez-moi": [["Export"]],
        "Nord": [["Nord"], header, ["A", "2026-10-05", "Lille"], ["B", "x", "Lille"]],
        "Sud-Est": [["Sud"], header, ["A", "2026-10-06", "Nice"], ["C", "2026-10-07", "Nice"]],
    }
    sidecar = 'sheets = ["Nord", "Sud-Est"]\nskip = 1'
    with_sidecar(tmp_path, workbook(sheets), sidecar, name="a-2026-11-01.xlsx")
    drop = only(tmp_path)
    assert lines(drop) == [(10000003, "A"), (20000004, "C")]
    bad, again = rows(drop, "refused")
    assert (bad["line"], again["line"]) == (10000004, 20000003)
    assert bad["reason_en"].endswith("(Sheet “Nord”, row 4.)")
    assert bad["reason_fr"].endswith("(Feuille « Nord », ligne 4.)")
    assert "line 3 (Nord)" in again["reason_en"] and "“Sud-Est”, row 3" in again["reason_en"]
    sheets["Sud-Est"][1] = ["request_id", "city", "created_at"]
    drop_text(tmp_path, "requests", workbook(sheets), "a-2026-11-01.xlsx")
    (problem,) = problems(tmp_path)
    assert problem.code == "sheets_differ" and "Sud-Est" in problem.reason_fr


def test_a_cell_beside_the_header_of_a_sheet_is_told(tmp_path):
    table = [["request_id", "created_at"], ["A", "2026-10-05", "urgent"], ["B", "2026-10-06"]]
    drop_text(tmp_path, "requests", workbook({"S": table}), "a-2026-11-01.xlsx")
    assert only(tmp_path).unknown_columns == ["(column 3)"]


NESTED = {
    "page": {"size": 2, "x.y": {"demandes": [
        {"request_id": "A", "created_at": "2026-10-05", "lieu": {"cp": "29200", "gps": {"a": [1]}}},
        {"request_id": "B", "created_at": "2026-10-06", "lieu.cp": "59000", "lieu": {"cp": "1300"}},
        {"request_id": "C", "lieu": None, "created_at": "2026-10-07"},
    ]}},
    "errors": [],
}  # fmt: skip


@pytest.mark.parametrize("indent", [None, 2])
def test_the_list_in_a_wrapper_and_its_nested_fields(tmp_path, indent):
    name = "a-2026-11-01.json"
    drop_text(tmp_path, "requests", json.dumps(NESTED, indent=indent), name)
    (problem,) = problems(tmp_path)
    assert problem.code == "wrapper"
    assert 'path = "page.x.y.demandes"' in problem.remedy_en
    drop_text(tmp_path, "requests", 'path = "page.x.y.demandes"\n', f"{name}.toml")
    drop = only(tmp_path)
    assert lines(drop) == [(1, "A"), (2, "B"), (3, "C")]
    assert drop.unknown_columns == ["lieu.gps.a", "lieu.cp"]
    sidecar = 'path = "page.x.y.demandes"\n[rename]\npostcode = "lieu.cp"\n'
    drop_text(tmp_path, "requests", sidecar, f"{name}.toml")
    assert [row["postcode"] for row in rows(only(tmp_path))] == [None, "59000", None]
    drop_text(tmp_path, "requests", 'path = "page.demandes"', f"{name}.toml")
    (problem,) = problems(tmp_path)
    assert problem.code == "json_path" and "page.x.y.demandes" in problem.reason_fr


def test_a_list_in_a_wrapper_on_one_line_however_long(tmp_path):
    """Brackets, quotes and backslashes in texts are no part of what leads to the list."""
    text = '\\" ] } [ {' + "x" * 2**20
    items = [{"request_id": f"R{n}", "created_at": "2026-10-01", "note": text} for n in range(17)]
    told = json.dumps({"seen": [1, [2]], "of ]": {'a"\\': [], "items": items}, "next": None})
    name = "a-2026-11-01.json"
    drop_text(tmp_path, "requests", told, name)
    (problem,) = problems(tmp_path)
    assert problem.code == "wrapper" and 'seen, of ].a"\\, of ].items' in problem.reason_fr
    drop_text(tmp_path, "requests", 'path = "of ].items"\n', f"{name}.toml")
    assert [line for line, _ in lines(only(tmp_path))] == list(range(1, 18))


@pytest.mark.parametrize(
    "told",
    [
        '{"data": {"rows": [%s]}, "data": {"rows": [%s]}}',
        '{"data": {"rows": [%s], "rows": [%s]}}',
        '{"data.rows": [%s], "data": {"rows": [%s]}}',
    ],
)
def test_a_list_that_stands_twice_in_a_wrapper_is_refused(tmp_path, told):
    row = '{"request_id": "R%d", "created_at": "2026-10-01"}'
    drop_text(tmp_path, "requests", told % (row % 1, row % 2), "a-2026-11-01.json")
    drop_text(tmp_path, "requests", 'path = "data.rows"', "a-2026-11-01.json.toml")
    (problem,) = problems(tmp_path)
    assert (problem.code, problem.value) == ("list_twice", "data.rows")


def test_lists_like_the_one_that_is_read_are_told(tmp_path):
    row = {"request_id": "R1", "created_at": "2026-10-01"}
    told = {"new": [row], "old": [dict(reversed(row.items()))], "log": [{"at": 1}], "none": []}
    drop_text(tmp_path, "requests", json.dumps(told), "a-2026-11-01.json")
    drop_text(tmp_path, "requests", 'path = "new"', "a-2026-11-01.json.toml")
    (note,) = only(tmp_path).notes
    assert (note.code, note.arguments) == ("other_lists", {"list": "new", "other": ["old"]})


@pytest.mark.parametrize(
    ("around", "key"),
    [
        ({"count": 250}, "count"), ({"next": "https://x.fr/?page=2"}, "next"),
        ({"meta": {"totalCount": 2}}, "meta.totalCount"), ({"has_more": True}, "has_more"),
        ({"count": 1, "next": None, "page": 3, "has_more": False, "total": 12.5}, None),
    ],
)  # fmt: skip
def test_a_page_of_several_is_told(tmp_path, around, key):
    told = around | {"rows": [{"request_id": "R1", "created_at": "2026-10-01"}]}
    drop_text(tmp_path, "requests", json.dumps(told), "a-2026-11-01.json")
    drop_text(tmp_path, "requests", 'path = "rows"', "a-2026-11-01.json.toml")
    notes = [(note.code, note.arguments["key"]) for note in only(tmp_path).notes]
    assert notes == ([("one_page", key)] if key else [])


def test_an_object_without_a_list_of_rows_is_told(tmp_path):
    laws = {"L1": {"text": "a"}, "L2": {"text": "b"}}
    drop_text(tmp_path, "requests", json.dumps(laws, indent=1), "a-2026-11-01.json")
    (problem,) = problems(tmp_path)
    assert problem.code == "no_list"


def test_fields_of_objects_and_the_spelling_that_is_exact(tmp_path):
    first = {
        "PROVIDER_ID": "no",
        "provider_id": "1",
        "adresse": {"ville": "Brest", "tags": ["a", "b"]},
    }
    text = "\n".join(map(json.dumps, [first, {"provider_id": "2", "adresse": {"ville": "Lille"}}]))
    sidecar = '[rename]\ncity = "adresse.ville"\n'
    with_sidecar(tmp_path, text, sidecar, "providers", "a-2026-11-01.jsonl")
    drop = only(tmp_path)
    assert [(r["provider_id"], r["city"]) for r in rows(drop)] == [("1", "Brest"), ("2", "Lille")]
    assert drop.unknown_columns == ["PROVIDER_ID", "adresse.tags"]


def test_fields_of_the_objects_in_a_list(tmp_path):
    entries = [
        {"provider_id": "1",
         "offre": {"services": [{"code": "jardinage", "prix": 9}, {"code": "ménage"}]}},
        {"provider_id": "2", "offre": {"services": []}, "lieu": [{"cp": "35000"}]},
        {"provider_id": "3", "offre": None, "lieu": {"cp": "44000"}},
        {"provider_id": "4", "offre": {"services": [{"prix": 3}, None]},
         "lieu": [{"cp": "35000"}, {"cp": "44000"}]},
    ]  # fmt: skip
    sidecar = '[rename]\ndomains = "offre.services.code"\npostcode = "lieu.cp"\n'
    with_sidecar(tmp_path, json.dumps(entries), sidecar, "providers", "a-2026-11-01.json")
    drop = only(tmp_path)
    assert [(row["domain_codes"], row["departement_code"]) for row in rows(drop)] == [
        (["gardening", "house_cleaning"], None), ([], "35"), ([], "44"), ([], None),
    ]  # fmt: skip
    assert [r["value"] for r in rows(drop, "repaired")] == ["35000|44000"]  # two are no postcode
    assert drop.unknown_columns == ["offre.services", "offre.services.prix", "lieu"]


TITLE = "Extraction\n;;\nid;quand;ville\nA;2026-10-05;Brest\nB;2026-10-06;Lille\n"
RENAMED = '[rename]\nrequest_id = "id"\ncreated_at = "quand"\n'


def zipped(name: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, "1")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "sidecar", "name", "code", "words"),
    [
        (TITLE, "", "a.csv", "header_below", ["skip = 2", "id; quand; ville"]),
        (TITLE, RENAMED, "a.csv", "header_below", ["skip = 2"]),
        ("Extraction\n" + TITLE, "skip = 1\n" + RENAMED, "a.csv", "header_below", ["skip = 3"]),
        ("Suivi, en tout;x\n" + TABLE, "", "a.csv", "header_below", ["skip = 1", "request_id"]),
        ("A,05/10/2026,29200\nB,06/10/2026,59000\n", "", "a.csv", "no_header", ["3", "header = ["]),
        ("ville;janv. 2026;févr. 2026;mars 2026\nBrest;3;4;5\nLille;1;2;3\n", "", "a.csv", "counts",
         ["request_id, created_at"]),
        ("dep;2024;2025\n29;3;4\n", "", "a.csv", "counts", ["2024; 2025"]),
        ("id;quand;ville\nA;2026-10-05;Brest\n", "", "a.csv", "header", ["rename"]),
        ("nom;ville\nMartin;Brest\nPetit;Lille\n", "", "a.csv", "header", ["rename"]),
        ("request_id,created_at,city\nA;2026-10-05;Brest\nB;2026-10-06;Lille\n", "", "a.csv",
         "mixed_separators", ["“,”", "“;”"]),
        ("<table><tr><td>request_id</td></tr></table>", "", "a.csv", "other_format", ["HTML"]),
        ("<meta charset=utf-8>\n<table>".encode("utf-16"), "", "a.csv", "other_format", ["HTML"]),
        ('[{"request_id": "A", "city": "Brest"}]', "", "a.csv", "other_format", ["JSON"]),
        ('{"request_id": "A"}\n{"request_id": "B"}\n', "", "a.txt", "other_format", ["JSON"]),
        (b"<html><body></body></html>", "", "a.xlsx", "other_format", ["HTML"]),
        (TABLE, "", "a.xlsx", "other_format", ["plain text such as CSV", "end in .csv"]),
        ('[{"request_id": "A"}]', "", "a.xlsx", "other_format", ["JSON", ".json"]),
        (gzip.compress(TABLE.encode()), "", "a.xlsx", "other_format", ["gzip"]),
        (zipped("a.csv"), "", "a.xlsx", "other_format", ["a ZIP archive", ".zip"]),
        (zipped("content.xml"), "", "a.xlsx", "other_format", ["OpenDocument"]),
        (zipped("xl/workbook.xml"), "", "a.csv", "other_format", ["Excel workbook", ".xlsx"]),
        (zipped("word/document.xml"), "", "a.csv", "other_format", ["Word"]),
        (zipped("xl/workbook.xml"), "", "a.json", "other_format", ["Excel workbook", ".xlsx"]),
        (TABLE, "", "a.json", "other_format", ["plain text such as CSV", "end in .csv"]),
        (TABLE, "", "a.parquet", "other_format", ["plain text such as CSV", "end in .csv"]),
        (b"PAR1" + b"\0" * 20, "", "a.csv", "other_format", ["Parquet", ".parquet"]),
        (gzip.compress(b"%PDF-1.7 "), "", "a.csv.gz", "other_format", ["PDF"]),
        (gzip.compress(gzip.compress(b"a,b")), "", "a.csv.gz", "other_format", ["gzip"]),
        (TABLE, "", "a.zip", "other_format", ["plain text such as CSV", "end in .csv"]),
        (b"%PDF-1.7", "", "a.zip", "other_format", ["PDF"]),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "", "a.xlsx", "other_format", ["password"]),
        (TABLE, "skip = 7", "a.csv", "skip_beyond", ["7", "3"]),
        (TABLE, 'path = "data"', "a.csv", "sidecar_kind", ["line 1", "path"]),
        ('[{"request_id": "A"}]', "skip = 1", "a.json", "sidecar_kind", ["line 1", "skip"]),
    ],
    ids=(f"head {number}" for number in itertools.count()),  # bytes differ from worker to worker
)  # fmt: skip
def test_the_head_of_a_file_says_what_is_the_matter(tmp_path, content, sidecar, name, code, words):
    with_sidecar(tmp_path, content, sidecar, name=name.replace("a.", "a-2026-11-01."))
    (problem,) = problems(tmp_path)
    assert problem.code == code, problem.reason_en
    for word in words:
        assert word in f"{problem.reason_en} {problem.remedy_en}"
    assert (
        problem.reason_fr and problem.remedy_fr and "{" not in problem.reason_fr + problem.remedy_fr
    )


GOOD = [["request_id", "created_at"], ["A", "2026-10-05"]]


@pytest.mark.parametrize(
    ("sheets", "code", "write"),
    [
        ({"Vide": [], "Demandes": GOOD}, "other_sheet", 'sheet = "Demandes"'),
        ({"Notes": [["Fait en mai"]], "D": [["Titre"], *GOOD]}, "other_sheet",
         'sheet = "D" · skip = 1'),
        ({"Notes": [["Champ", "Sens"], ["id", "clé"]], "D": GOOD}, "other_sheet", 'sheet = "D"'),
        ({"Notes": [["x"]], "29": GOOD, "59": GOOD, "Fin": [["y"]]}, "other_sheet",
         'sheets = ["29", "59"]'),
        ({"D": [["Titre"], [], *GOOD]}, "header_below", "skip = 2"),
        ({"Vide": [], "Encore": []}, "sheet_empty", "Encore"),
    ],
)  # fmt: skip
def test_the_sheet_to_read_is_named(tmp_path, sheets, code, write):
    drop_text(tmp_path, "requests", workbook(sheets), "a-2026-11-01.xlsx")
    (problem,) = problems(tmp_path)
    assert problem.code == code
    assert write in problem.remedy_fr + problem.reason_fr


@pytest.mark.parametrize(
    ("file", "sidecar", "count"),
    [
        ("01_titre-2026-10-31.csv", "skip = 3\n" + RENAMED.replace("quand", "cree_le"), 2),
        ("02_sep-2026-10-31.csv", "", 1),
        ("03_feuilles-2026-10-31.xlsx", 'sheets = ["Ille-et-Vilaine", "Loire-Atlantique"]', 4),
        ("20_sans_entete-2026-10-31.csv",
         'header = ["request_id", "created_at", "postcode", "city"]', 3),
    ],
)  # fmt: skip
def test_shared_heads_are_read_with_a_verb(tmp_path, file, sidecar, count):
    with_sidecar(tmp_path, shared_file(f"cases/meaning/{file}").read_bytes(), sidecar, name=file)
    drop = only(tmp_path)
    assert (drop.read, drop.accepted) == (count, count)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("meaning/01_titre-2026-10-31.csv", "header_below"),
        ("meaning/03_feuilles-2026-10-31.xlsx", "other_sheet"),
        ("meaning/08_mois-2026-10-31.csv", "counts"),
        ("meaning/20_sans_entete-2026-10-31.csv", "no_header"),
        ("foreign/07-date-format/requests/r-2026-11-01.csv", "sidecar_value"),
        ("foreign/09-head-of-file/requests/titre-2026-11-01.xlsx", "header_below"),
        ("foreign/09-head-of-file/requests/vide-2026-11-01.xlsx", "other_sheet"),
        ("reading/cut-short-2026-01-01.csv.zst", "truncated"),
        ("reading/part-2026-01-01.csv", "sidecar_value"),
        ("reading/zone-2026-01-01.csv", "sidecar_value"),
    ],
)
def test_shared_heads_that_need_a_word_get_it(file, code):
    (report,) = check.check([shared_file(f"cases/{file}")], "requests")
    assert report.problem and report.problem.code == code


@pytest.mark.parametrize(
    ("file", "count"),
    [
        ("header-ends-with-cr-2026-01-01.csv", 3),
        ("mac-lines-and-a-cell-of-two-lines-2026-01-01.csv", 3),
        ("keys-by-case-2026-01-01.json", 1),
        ("whole-1000-rows-2026-01-01.csv.zst", 1000),
    ],
)
def test_shared_files_lose_no_row(file, count):
    (report,) = check.check([shared_file(f"cases/reading/{file}")], "providers")
    assert report.drop and (report.drop.read, report.drop.accepted) == (count, count)
