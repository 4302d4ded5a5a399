"""What the rows of a file, the names of its columns or what it hides tell together: a note each,
and none on an ordinary file that is like it."""

import json

import duckdb
import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from etl.intake.contract import quote
from tests.ingesting import drop_text, findings, only, problems, rows
from tests.intake.test_told import DAY, book, dropped, notes

HEAD = ["provider_id", "city", "price_hour_eur"]
TOWNS = [
    ("35000", "Rennes", 48.1147, -1.6794), ("29200", "", 48.4, -4.4861),
    ("", "Nantes", 47.2384, -1.5603), ("56000", "Vannes", 47.6598, -2.7599),
    ("", "", 48.0, -4.1), ("75011", "Paris", 48.859, 2.3781),
]  # fmt: skip


def test_points_whose_sign_is_lost_are_told(tmp_path):
    for sign, told in ((1, None), (-1, {"met": 4, "torn": 4, "alone": 1})):
        lines = "".join(f"P{n},{p},{c},{y},{sign * x}\n" for n, (p, c, y, x) in enumerate(TOWNS))
        head = "provider_id,postcode,city,latitude,longitude\n"
        drop_text(tmp_path, "providers", head + lines, f"{DAY}.csv")
        assert notes(only(tmp_path)).get("mirrored_points") == told


def test_a_sign_is_read_however_it_is_written(tmp_path):
    west = (
        "−1,6778", "(1,6778)", "1,6778-", "- 1,6778", "1.6778 Ouest", "1.6778° W", "–1.6778",
        "1.6778 west", "-1,6778",
    )  # fmt: skip
    lines = "".join(f"P{n};48,1173;{text}\n" for n, text in enumerate(west))
    lines += "E;48,1173;1,6778\nT;48.117.3;-1.677.8\nB;48.1173,-1.6778;\n"
    drop_text(tmp_path, "providers", f"provider_id;latitude;longitude\n{lines}", f"{DAY}.csv")
    drop = only(tmp_path)
    assert [row["departement_code"] for row in rows(drop)] == [
        *["35"] * len(west),
        "28",
        None,
        "35",
    ]
    assert findings(drop, "repaired") == [(len(west) + 3, "latitude", "unreadable_point")]


def test_identifiers_that_differ_by_zeros_are_told(tmp_path):
    text = "provider_id,city\n007,Rennes\n7,Rennes\n0012,Brest\n12,Brest\n10,Brest\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    assert notes(only(tmp_path)) == {
        "keys_alike": {"field": "provider_id", "met": 2, "value": "0012", "other": "12"}
    }
    drop_text(
        tmp_path, "providers", text.replace("\n7", "\n70").replace("\n12", "\n0120"), f"{DAY}.csv"
    )
    assert not notes(only(tmp_path))


def test_identifiers_that_differ_by_large_letters_are_told(tmp_path):
    text = "provider_id,city\nAbc1,Rennes\nabc1,Rennes\nABC1,Rennes\nB2,Brest\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    told = {"field": "provider_id", "met": 1, "value": "ABC1", "other": "abc1"}
    assert notes(only(tmp_path)) == {"keys_of_one_case": told}


UNSEEN = (
    0xAD,
    0x34F,
    0x61C,
    0x115F,
    0x180E,
    0x200B,
    0x202E,
    0x2060,
    0x2800,
    0x3164,
    0xFE0F,
    0xFEFF,
)


def test_what_nobody_sees_is_no_identifier(tmp_path):
    lines = "".join(f"{chr(code)},Rennes\n" for code in UNSEEN)
    drop_text(tmp_path, "providers", f"provider_id,city\n{lines}A\ufe0f,Rennes\n", f"{DAY}.csv")
    drop = only(tmp_path)
    assert [row["provider_id"] for row in rows(drop)] == ["A"]
    assert {reason for _, _, reason in findings(drop, "refused")} == {"missing_required"}


BY_COLUMNS = (
    {"columns": ["provider_id", "name"], "data": [["A", "x"]]},
    {"provider_id": ["A", "B"], "name": ["x", "y"]},
    {"provider_id": {"0": "A", "1": "B"}, "name": {"0": "x", "1": "y"}},
    [["provider_id", "name"], ["A", "x"]],
)


@pytest.mark.parametrize("said", BY_COLUMNS)
def test_json_whose_objects_are_no_rows_is_refused_with_what_to_do(tmp_path, said):
    drop_text(tmp_path, "providers", json.dumps(said), f"{DAY}.json")
    assert [one.code for one in problems(tmp_path)] == ["json_by_columns"]


def test_one_row_with_lists_is_a_row(tmp_path):
    row = {
        "provider_id": "A",
        "domains": ["gardening", "ironing"],
        "modes": ["direct", "mandataire"],
    }
    drop_text(tmp_path, "providers", json.dumps(row), f"{DAY}.json")
    assert only(tmp_path).accepted == 1


def test_a_key_that_stands_twice_in_an_object_is_told(tmp_path):
    text = '[{"provider_id":"1","city":"Rennes","city":"Brest"},{"provider_id":"2","city":"Brest",'
    text += '"more":{"a":1,"a":2}},{"provider_id":"3","city":"Brest",'
    text += '"all":[{"b":1,"b":2,"b":3},{"b":1},{"b":2,"b":1}]}]'
    drop_text(tmp_path, "providers", text, f"{DAY}.json")
    drop = only(tmp_path)
    assert [note.arguments for note in drop.notes] == [
        {"column": "city", "met": 1, "line": 1}, {"column": "more.a", "met": 1, "line": 2},
        {"column": "all.b", "met": 2, "line": 3},
    ]  # fmt: skip
    assert [row["commune_code"] for row in rows(drop)] == ["35238", "29019", "29019"]


@pytest.mark.parametrize(
    ("figures", "is_told"),
    [
        ({"35": 1098, "22": 605, "75": 2133}, True), ({"35": 9.1, "22": 13.2}, True),
        ({"35": 1098325, "22": 605917}, False), ({"35": 98325, "22": 605917, "75": 2133}, False),
    ],
)  # fmt: skip
def test_populations_that_are_thousands_or_shares_are_told(tmp_path, figures, is_told):
    lines = "".join(f"departement,{code},2021,all,{people}\n" for code, people in figures.items())
    lines += "commune,35001,2021,75+,1\n"
    head = "territory_level,territory_code,year,band,population\n"
    drop_text(tmp_path, "population", head + lines, f"{DAY}.csv")
    assert ("few_people" in notes(only(tmp_path))) == is_told


@pytest.mark.parametrize(
    ("field", "column", "numbers", "code"),
    [
        ("hours", "Durée (min)", (90, 45, 40), "unit_in_name"),
        ("hours", "duree_min", (2, 3, 1), None), ("hours", "Heure(s)", (90, 45, 40), None),
        ("hours", "Nb jours", (2, 1, 3), "measure_in_name"),
        ("amount_eur", "Montant k€", (2, 1, 3), "unit_in_name"),
        ("amount_eur", "Montant ($)", (20, 10, 30), "measure_in_name"),
        ("amount_eur", "Montant HT", (20, 10, 30), "without_tax"),
        ("amount_eur", "Montant après crédit d’impôt", (20, 10, 30), "without_tax"),
        ("amount_eur", "Montant (€ TTC)", (20, 10, 30), None),
        ("fee_eur", "Commission HT", (2, 1, 3), None),
        ("price_hour_eur", "Tarif journée", (24, 26, 25), "measure_in_name"),
        ("price_hour_eur", "Tarif horaire jour", (24, 26, 25), None),
        ("amount_eur", "Montant", (0, 0, 30), None), ("amount_eur", "Montant", (0, 0, 0), "zeroes"),
        ("responses", "Réponses", (0, 0, 0), None),
    ],
)  # fmt: skip
def test_units_that_the_name_of_a_column_says_are_told(tmp_path, field, column, numbers, code):
    source = "providers" if field == "price_hour_eur" else "requests"
    lines = "".join(f"R{n};2026-10-0{n};{number}\n" for n, number in enumerate(numbers, 1))
    head = (
        f"{'provider_id;joined_on' if source == 'providers' else 'request_id;created_at'};{column}"
    )
    drop_text(tmp_path, source, f"{head}\n{lines}", f"{DAY}.csv")
    drop_text(tmp_path, source, f'[rename]\n{field} = "{column}"\n', f"{DAY}.csv.toml")
    drop = only(tmp_path)
    assert {*notes(drop)} == ({code} if code else set())
    assert [row[field] for row in rows(drop)] == list(numbers)
    if code not in (None, "zeroes"):
        verbs = f'[rename]\n{field} = "{column}"\n[times]\n{field} = 1\n'
        drop_text(tmp_path, source, verbs, f"{DAY}.csv.toml")
        assert not notes(only(tmp_path))


def test_times_of_a_zone_that_the_name_of_their_column_says_are_told(tmp_path):
    verbs = '[rename]\ncreated_at = "Created (UTC)"\n'
    for moment, told in (
        ("2026-10-01 23:10", 1),
        ("2026-10-01T23:10:00Z", None),
        ("2026-10-01", None),
    ):
        text = f"request_id,Created (UTC)\nR1,{moment}\n"
        drop_text(tmp_path, "requests", text, f"{DAY}.csv")
        drop_text(tmp_path, "requests", verbs, f"{DAY}.csv.toml")
        assert notes(only(tmp_path)).get("zone_in_name", {}).get("met") == told
    drop_text(tmp_path, "requests", f'time_zone = "UTC"\n{verbs}', f"{DAY}.csv.toml")
    assert not notes(only(tmp_path))


@pytest.mark.parametrize("days", [10, 9])
def test_a_day_that_all_rows_share_is_told(tmp_path, days):
    lines = "".join(f"P{n},2026-01-05,2026-11-20\n" for n in range(days))
    drop_text(tmp_path, "providers", f"provider_id,joined_on,last_seen_on\n{lines}", f"{DAY}.csv")
    told = {"one_day": {"field": "joined_on", "met": 10, "value": "2026-01-05"}}
    assert notes(only(tmp_path)) == (told if days == 10 else {})


def test_the_header_and_lines_between_the_rows_are_no_rows(tmp_path):
    text = "N°;Nom\n---;---\n1;A\nN°;Nom\n2;B\n=====;\nn;C\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    drop_text(
        tmp_path, "providers", '[rename]\nprovider_id = "N°"\nname = "Nom"\n', f"{DAY}.csv.toml"
    )
    drop = only(tmp_path)
    assert [row["provider_id"] for row in rows(drop)] == ["1", "2", "n"]
    assert findings(drop, "refused") == [(line, "N°", "no_row") for line in (2, 4, 6)]


def test_what_a_sheet_hides_is_read_and_told(tmp_path):
    made = book(
        [[*HEAD, "remark"], *([f"P{n}", "Rennes", 20 + n, "x"] for n in range(4))], names=["Liste"]
    )
    sheet = made.worksheets[0]
    for row in (3, 4, 9):
        sheet.row_dimensions[row].hidden = True
    for letter in "CD":
        sheet.column_dimensions[letter].hidden = True
    drop = dropped(tmp_path, "providers", made)
    assert drop.accepted == 4 and notes(drop) == {
        "hidden_rows": {"sheet": "Liste", "met": 2, "rows": 4},
        "hidden_columns": {"sheet": "Liste", "columns": ["price_hour_eur"]},
    }


def test_what_a_sheet_strikes_through_is_told_and_no_part_of_a_cell(tmp_path):
    made = book([HEAD, *([f"P{n}", "Rennes", 20 + n] for n in range(4))], names=["Liste"])
    sheet, struck = made.worksheets[0], Font(strike=True)
    for cell in ("A3", "B3", "C3", "D4"):  # the last of them is empty
        sheet[cell].font = struck
    out, new = InlineFont(strike=True), InlineFont(b=True)
    sheet["C5"] = CellRichText(TextBlock(out, "25"), TextBlock(new, "30"))
    drop = dropped(tmp_path, "providers", made)
    assert notes(drop) == {"struck_rows": {"sheet": "Liste", "met": 2, "lines": "3, 5"}}
    assert [row["price_hour_eur"] for row in rows(drop)] == [20, 21, 22, 30]


def test_the_sheet_that_is_seen_first_is_read(tmp_path):
    old, new = [["provider_id"], ["A"]], [["provider_id", "city"], ["B", "Brest"], ["C", "Brest"]]
    made = book(old, new, names=["Ancien", "Actuel"])
    made.worksheets[0].sheet_state, made.active = "hidden", 1
    drop = dropped(tmp_path, "providers", made)
    assert [row["provider_id"] for row in rows(drop)] == ["B", "C"] and not drop.notes


@pytest.mark.parametrize("kind", ["DECIMAL(10,3)", "VARCHAR"])
def test_numbers_that_are_kept_as_such_are_no_thousands(tmp_path, kind):
    path = drop_text(tmp_path, "requests", "", f"{DAY}.parquet")
    with duckdb.connect() as con:
        con.execute(
            "COPY (SELECT 'R' || n AS request_id, DATE '2026-10-01' AS created_at, "
            f"(n * 1.125)::DECIMAL(10,3)::{kind} AS amount_eur FROM range(1, 4) AS t (n)) "
            f"TO {quote(path)} (FORMAT parquet)"
        )
    assert {*notes(only(tmp_path))} == (set() if kind != "VARCHAR" else {"three_decimals"})
    path.unlink()
    entries = [
        {"request_id": f"R{n}", "created_at": "2026-10-01", "hours": n + 0.125} for n in range(3)
    ]
    drop_text(tmp_path, "requests", json.dumps(entries), f"{DAY}.json")
    assert not notes(only(tmp_path))


@pytest.mark.parametrize("is_header_quoted", [True, False])
def test_cells_in_single_quotes_are_read_without_them(tmp_path, is_header_quoted):
    head = "'provider_id';'name';'reach_km'" if is_header_quoted else "provider_id;name;reach_km"
    text = f"{head}\n'1';'L''Aile';5\n'2';'L'Haÿ; \"Aide\"';NULL\n\n'3';'';'7,5'\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    drop, read = only(tmp_path), ("line", "provider_id", "name", "reach_km")
    assert [tuple(row[each] for each in read) for row in rows(drop)] == [
        (2, "1", "L'Aile", 5), (3, "2", "L'Haÿ; \"Aide\"", None), (5, "3", None, 7.5),
    ]  # fmt: skip
    assert not findings(drop, "repaired") and not drop.notes


def test_an_apostrophe_in_a_cell_is_none_of_its_quotes(tmp_path):
    text = "provider_id,name\n'1',A l'aise\n2,'Chez nous'\n3,d'ici\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    assert [row["name"] for row in rows(only(tmp_path))] == ["A l'aise", "'Chez nous'", "d'ici"]


def test_what_keeps_a_number_a_text_is_no_part_of_it(tmp_path):
    text = 'provider_id;name;postcode\n="007";\'68 heures;="35000"\n"=""008""";=A;\'35000\n'
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    read = ("provider_id", "name", "commune_code")
    assert [tuple(row[each] for each in read) for row in rows(only(tmp_path))] == [
        ("007", "68 heures", "35238"), ("008", "=A", "35238"),
    ]  # fmt: skip


def test_letters_that_an_export_lost_are_told(tmp_path):
    text = "provider_id,name\nP1,Prêt ? Partez !\nP2,Soci?t? Verte\nP3,L?Aide\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    assert notes(only(tmp_path)) == {"lost_characters": {"met": 2, "line": 3}}
