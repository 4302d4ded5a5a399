"""What looks like rows and is none, what a spreadsheet has changed, and what no row tells."""

import io
import zipfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from tests.ingesting import drop_text, findings, only, rows

DAY = "a-2026-11-20"


def book(*sheets: Sequence[Sequence[object]], names: Sequence[str] = ()) -> openpyxl.Workbook:
    """A workbook of these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for place, table in enumerate(sheets):
        sheet = made.create_sheet(names[place] if names else None)
        for row in table:
            sheet.append(list(row))
    return made


def dropped(folder: Path, source: str, made: openpyxl.Workbook):
    """What became of a workbook."""
    out = io.BytesIO()
    made.save(out)
    drop_text(folder, source, out.getvalue(), f"{DAY}.xlsx")
    return only(folder)


def notes(drop) -> dict[str, dict]:
    return {note.code: note.arguments for note in drop.notes}


HEAD = ["request_id", "created_at", "amount_eur", "hours"]


def test_a_second_sheet_of_the_same_columns_is_told_with_the_line_to_write(tmp_path):
    one, other = [HEAD, ["A", "2026-10-05", 20, 1]], [HEAD, ["B", "2026-11-05", 30, 2]]
    lists = [["words"], ["open"]]
    made = book(one, lists, other, names=["Octobre", "Listes", "Novembre"])
    drop = dropped(tmp_path, "requests", made)
    assert drop.accepted == 1
    assert notes(drop)["other_sheets"] == {
        "sheet": "Octobre", "other": ["Novembre"], "write": '["Octobre", "Novembre"]',
    }  # fmt: skip
    (tmp_path / "raw" / "requests" / f"{DAY}.xlsx.toml").write_text(
        'sheets = ["Octobre", "Novembre"]\n'
    )
    drop = only(tmp_path)
    assert drop.accepted == 2 and not drop.notes


def test_formulas_without_a_result_are_told_and_are_no_empty_cells(tmp_path):
    made = book([HEAD, ["A", "2026-10-05", "=10+2.5", 1], ["B", "2026-10-06", 30, "=SUM(1,2)"]])
    drop = dropped(tmp_path, "requests", made)
    assert notes(drop)["formulas_of_sheet"]["cells"] == ["C2", "D3"]
    assert findings(drop, "repaired") == [
        (2, "amount_eur", "unreadable_number"), (3, "hours", "unreadable_number"),
    ]  # fmt: skip


def test_a_formula_whose_result_is_an_empty_text_has_one(tmp_path):
    made = book([HEAD, ["A", "2026-10-05", '=IF(1=1,"",5)', 1]])
    out = io.BytesIO()
    made.save(out)
    cell, source = b'<c r="C2">', zipfile.ZipFile(out)
    with zipfile.ZipFile(tmp_path / "as_excel_writes_it.xlsx", "w") as target:
        for name in source.namelist():
            part = source.read(name).replace(cell, cell[:-1] + b' t="str">')
            target.writestr(name, part)
    content = (tmp_path / "as_excel_writes_it.xlsx").read_bytes()
    drop_text(tmp_path, "requests", content, f"{DAY}.xlsx")
    drop = only(tmp_path)
    assert not drop.notes and not findings(drop, "repaired")


def test_a_sheet_that_nobody_asked_for_refuses_no_file(tmp_path):
    made = book([HEAD, ["A", "2026-10-05", 20, 1]], [HEAD, ["B", "2026-10-05", 20, 1]])
    made.worksheets[1]["XFD1048576"] = "far away"
    drop = dropped(tmp_path, "requests", made)
    assert drop.accepted == 1 and not drop.notes


def test_merged_cells_are_told_but_those_of_titles(tmp_path):
    made = book([HEAD, *([f"R{n}", "2026-10-05", 20, 1] for n in range(3))])
    made.worksheets[0].merge_cells("C2:C4")
    assert notes(dropped(tmp_path, "requests", made)) == {
        "merged_of_sheet": {"sheet": "Sheet", "cells": ["C2:C4"], "more": ""}
    }
    made.worksheets[0].unmerge_cells("C2:C4")
    made.worksheets[0].merge_cells("E1:F1")
    assert not notes(dropped(tmp_path, "requests", made))


def test_ends_of_lines_in_cells_and_times_of_more_than_a_day(tmp_path):
    hours = timedelta(hours=26, minutes=30)
    made = book([[*HEAD, "note"], ["A", "2026-10-05", 20, hours, "one\r\ntwo _x000D_\nthree"]])
    made.worksheets[0]["D2"].number_format = "[h]:mm"
    (row,) = rows(dropped(tmp_path, "requests", made))
    assert row["hours"] == 26.5


def test_dates_and_long_numbers_are_no_identifiers(tmp_path):
    day = openpyxl.utils.datetime.from_excel(46082)
    made = book([["provider_id", "city"], [day, "Rennes"], [12345678901234567, "Rennes"]])
    drop = dropped(tmp_path, "providers", made)
    assert notes(drop)["dates_for_keys"]["met"] == 1
    assert findings(drop, "refused") == [(3, "provider_id", "shortened_number")]


@pytest.mark.parametrize(
    ("key", "read", "is_told"),
    [
        ("1001,00", "1001", False), ("1001.0", "1001", False), ("1001.000", "1001", False),
        ("5.000", "5.000", False), ("5,0", "5", False), ("1,000,0", "1,000,0", False),
        ("3-mars", "3-mars", True), ("déc.-05", "déc.-05", True), ("2-Mar", "2-Mar", True),
        ("12-margo", "12-margo", False),
    ],
)  # fmt: skip
def test_what_a_spreadsheet_makes_of_identifiers(tmp_path, key, read, is_told):
    drop_text(tmp_path, "providers", f'provider_id;city\n"{key}";Rennes\n', f"{DAY}.csv")
    drop = only(tmp_path)
    assert rows(drop)[0]["provider_id"] == read
    assert ("dates_for_keys" in notes(drop)) == is_told


@pytest.mark.parametrize(
    ("key", "is_row"),
    [
        ("Total", False), ("TOTAL GÉNÉRAL", False), ("Sous-total", False), ("Grand total", False),
        ("Total : 12", False), ("total des prestataires", False), ("Nombre de lignes : 2", False),
        ("Exporté le 20/11/2026 par Zoé", False), ("Source : CMA", False), ("provider_id", False),
        ("texte", False), ("[string]", False), ("Obligatoire", False), ("ex : P12", False),
        ("Identifiant", False), ("texte-3", True), ("ex.12", True), ("Nombre d'or", True),
        ("1,23457E+11", False), ("Total Services", True), ("totalis", True), ("Sourcellerie", True),
        ("Exporters SARL", True), ("5E+10", True), ("Page 1/3", False), ("(2 lignes)", False),
        ("Fin du fichier", False), ("* données provisoires", False), ("(p) provisoire", False),
        ("Champ : France", False), ("Légende", False), ("Page Blanche", True), ("Notes", True),
        ("(Re)Propre", True), ("Référence", False), ("customer_id", False), ("Réf. 12", True),
        ("Attention Services", True),
    ],
)  # fmt: skip
def test_totals_footers_and_headers_are_no_rows(tmp_path, key, is_row):
    drop_text(tmp_path, "providers", f'provider_id;city\nP1;Rennes\n"{key}";Rennes\n', f"{DAY}.csv")
    assert only(tmp_path).accepted == 1 + is_row


@pytest.mark.parametrize(
    ("line", "became"),
    [
        ("Total Rennes;;;9000", "refused"), ("Sous-total Rennes;Rennes;;9000", "refused"),
        ("S/Total;Rennes;;9000", "refused"), ("TOTAL GENERAL 2026;Rennes;;9000", "refused"),
        ("Ensemble;;;9000", "refused"), ("Rennes Total;;;9000", "refused"),
        ("Total\u00a0: 35;;;9000", "refused"), ("Moyenne;;;25", "refused"),
        ("Médiane;;;25", "refused"), ("Autres;;;25", "refused"), ("Autres;Rennes;;25", "read"),
        ("Total Rennes;Rennes;;9000", "told"), ("Total Services;Rennes;;25", "read"),
        ("TOTAL-12;;;25", "read"), ("Ensemble;Rennes;;25", "read"), ("Totale;;;25", "read"),
        ("Total Rennes;Rennes;ménage;25", "read"),
    ],
)  # fmt: skip
def test_a_total_says_nothing_beside_what_it_is_of(tmp_path, line, became):
    text = f"provider_id;city;domains;price_hour_eur\nP1;Rennes;ménage;25\n{line}\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    drop = only(tmp_path)
    found = [code for _, _, code in findings(drop, "refused")]
    assert found == (["no_row"] if became == "refused" else [])
    assert ("like_totals" in notes(drop)) == (became == "told")


def test_a_title_between_rows_is_told(tmp_path):
    text = "provider_id;name;city\nBretagne;;\nP1;A;Rennes\nP2;B;Brest\nTotal;;\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    assert notes(only(tmp_path)) == {
        "lone_keys": {"field": "provider_id", "met": 1, "value": "Bretagne", "line": 2}
    }


@pytest.mark.parametrize(
    ("figures", "code"),
    [
        (["126,127", "98,345"], "three_decimals"), (["126.127", "350.100"], "three_decimals"),
        (["126.5", "350.100"], "whole_tens"), (["126.5", "350.125", "350.100"], None),
        (["0.125", "0.250"], None), (["126,50", "1,250 hab"], "whole_tens"),
        (["126127", "98345"], None),
    ],
)  # fmt: skip
def test_figures_that_may_be_thousands_are_told(tmp_path, figures, code):
    lines = "".join(f'departement;{n}2;2021;all;"{one}"\n' for n, one in enumerate(figures, 2))
    head = "territory_level;territory_code;year;band;population\n"
    drop_text(tmp_path, "population", head + lines, f"{DAY}.csv")
    told = {*notes(only(tmp_path))} - {"few_people"}
    assert told == ({code} if code else set())


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        (["10/25/2026", "01/03/2026"], "month_first"),
        (["10/25/2026", "2026-03-01"], "turned_dates"),
        (["25/10/2026", "2026-03-01"], None), (["01/02/26", "13/04/26"], "short_years"),
    ],
)  # fmt: skip
def test_dates_that_contradict_each_other_are_told(tmp_path, dates, code):
    lines = "".join(f"R{n},{one}\n" for n, one in enumerate(dates))
    drop_text(tmp_path, "requests", f"request_id,created_at\n{lines}", f"{DAY}.csv")
    assert {*notes(only(tmp_path))} == ({code} if code else set())


def test_the_first_day_that_a_system_knows_is_no_date(tmp_path):
    text = "provider_id,joined_on,last_seen_on\nA,1900-01-01,2026-11-01\nB,01/01/1970,30/12/1899\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    drop = only(tmp_path)
    assert {code for _, _, code in findings(drop, "repaired")} == {"no_date"}
    assert [row["joined_on"] for row in rows(drop)] == [None, None]


def test_rows_that_a_quotation_mark_hides_are_told(tmp_path):
    hidden = 'A;one;Rennes\nB;"two;Rennes\nC;three;Rennes\nD;four";Rennes\nE;five;Rennes\n'
    drop_text(tmp_path, "providers", f"provider_id;name;city\n{hidden}", f"{DAY}.csv")
    drop = only(tmp_path)
    assert drop.read == 3 and notes(drop)["swallowed_rows"] == {"met": 1, "line": 3}
    plain = 'A;"one\nSARL; Rennes";Rennes\nB;two;Brest\n'
    drop_text(tmp_path, "providers", f"provider_id;name;city\n{plain}", f"{DAY}.csv")
    assert not notes(only(tmp_path))


def test_what_one_does_not_see_is_no_part_of_a_key(tmp_path):
    text = "provider_id,city\na-1,Rennes\n\ufeffa-2,Rennes\na-3\u200b,Rennes\n\u00a0a-4,Rennes\n"
    text += "\fa-5,Rennes\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    assert [row["provider_id"] for row in rows(only(tmp_path))] == [f"a-{n}" for n in range(1, 6)]


def test_the_error_of_a_formula_is_no_name(tmp_path):
    names = {
        "#REF!": None, "#NOM?": None, "#DIV/0!": None, "#1 du ménage": "#1 du ménage", "C#": "C#",
        "#BEZUG!": None, "=B2": None, "=$A$2&B2": None, "=CONCAT(A2;B2)": None, '="x"&A2': None,
        "=Action=": "=Action=", "=A2 Services": None, "=A2B": "=A2B",
    }  # fmt: skip
    quoted = [f'"{name.replace(chr(34), chr(34) * 2)}"' for name in names]
    lines = "".join(f"P{n},{name}\n" for n, name in enumerate(quoted))
    drop_text(tmp_path, "providers", f"provider_id,name\n{lines}", f"{DAY}.csv")
    drop = only(tmp_path)
    assert [row["name"] for row in rows(drop)] == list(names.values())
    assert {code for _, _, code in findings(drop, "repaired")} == {"sheet_error"}


def test_a_part_of_a_commune_is_not_the_whole(tmp_path):
    text = "territory_level,territory_code,year,band,population\n" + "".join(
        f"commune,{code},2021,all,{people}\n" for code, people in
        (("75101", 1200), ("75056", 180000), ("69381", 30000), ("1001", 10))
    )  # fmt: skip
    drop_text(tmp_path, "population", text, f"{DAY}.csv")
    drop = only(tmp_path)
    assert [code for _, _, code in findings(drop, "refused")] == ["part_of_territory"] * 2
    assert {row["territory_code"]: row["population"] for row in rows(drop)} == {
        "75056": 180000, "01001": 10,
    }  # fmt: skip


def test_characters_as_html_writes_them_are_read_and_told(tmp_path):
    text = (
        "provider_id,name,city,domains,url\n"
        "A&#39;1,M&amp;M,B&eacute;gard,m&eacute;nage|jardinage,https://x.fr/?a=1&copy=2\n"
        "P2,AT&T;,L&amp;#39;Ha&yuml;-les-Roses,,\n"
    )
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    drop = only(tmp_path)
    first, other = rows(drop)
    assert (first["provider_id"], first["name"], first["commune_code"]) == ("A'1", "M&M", "22004")
    assert first["domain_codes"] == ["gardening", "house_cleaning"]
    assert first["url"] == "https://x.fr/?a=1&copy=2" and other["name"] == "AT&T;"
    assert other["commune_code"] == "94038" and not findings(drop, "repaired")
    assert notes(drop) == {
        "entities": {"met": 5, "value": "A&#39;1", "read": "A'1", "line": 2},
    }  # fmt: skip


def test_a_domain_that_a_word_leaves_open_is_told(tmp_path):
    text = "provider_id,domains\nP1,garde d'enfants|ménage\nP2,Garde d’enfants\nP3,bricolage\n"
    drop_text(tmp_path, "providers", text, f"{DAY}.csv")
    drop = only(tmp_path)
    assert rows(drop)[0]["domain_codes"] == ["childcare_3_and_over", "house_cleaning"]
    (note,) = notes(drop).values()
    assert note == {"met": 2, "words": ["Garde d’enfants = childcare_3_and_over"]}
    sidecar = '[values.domains]\n"garde d\'enfants" = "childcare_under_3"\n'
    drop_text(tmp_path, "providers", sidecar, f"{DAY}.csv.toml")
    assert not notes(only(tmp_path))


@pytest.mark.parametrize(
    ("time", "read"),
    [
        ("10:00 BST", None), ("10:00 AST", None), ("10:00 IST", None), ("10:00 CET", None),
        ("10:00:00+99:00", None), ("10:00+15:00", None), ("10:00 foo", None),
        ("10:00Z", "10:00"), ("10:00 UTC", "10:00"), ("10:00+02:00", "08:00"),
        ("10:00:00.5-0530", "15:30"), ("10:00 Europe/Paris", "08:00"), ("10:00", "08:00"),
        ("10:00 Etc/GMT-2", "08:00"),
    ],
)  # fmt: skip
def test_a_zone_whose_name_several_have_is_no_time(tmp_path, time, read):
    text = f"request_id,created_at\nR1,2026-10-01 {time}\nR2,2026-10-01\n"
    drop_text(tmp_path, "requests", text, f"{DAY}.csv")
    drop = only(tmp_path)
    assert findings(drop, "refused") == ([] if read else [(2, "created_at", "unreadable_datetime")])
    assert read in (None, f"{rows(drop)[0]['created_at']:%H:%M}")


@pytest.mark.parametrize(
    ("source", "field", "numbers", "told"),
    [
        ("requests", "amount_eur", [120, 80, 15000, 95, 60], (1, "15000", "4")),
        ("requests", "amount_eur", [120, 80, 15000, 2500, 60], None),
        ("requests", "amount_eur", [120, 80, 15000.5, 95, 60], None),
        ("requests", "hours", [2, 3, 120, 1.5, 2, 4, 180, 2], (2, "120", "4, 8")),
        ("requests", "hours", [2, 30, 120, 1.5, 20], None),
        ("cooperatives", "capital_share_employees", [62.5, 58, 0.51, 70, 66], (1, "0.51", "4")),
        ("cooperatives", "capital_share_employees", [62.5, 4, 0.51, 70, 66], None),
    ],
)  # fmt: skip
def test_a_few_numbers_in_another_unit_are_told_and_used(tmp_path, source, field, numbers, told):
    head = {"requests": "request_id,created_at", "cooperatives": "siren,name"}[source]
    sirens = ["732829320", "552100554", "775670417", "542065479", "552032534", "1", "2", "3"]
    lines = "".join(
        f"{siren if source == 'cooperatives' else n},2026-10-01,{number}\n"
        for n, (siren, number) in enumerate(zip(sirens, numbers, strict=False))
    )
    drop_text(tmp_path, source, f"{head},{field}\n{lines}", f"{DAY}.csv")
    drop = only(tmp_path)
    assert [row[field] for row in rows(drop)] == numbers
    found = [(n["met"], n["value"], n["lines"]) for n in notes(drop).values()]
    assert found == ([told] if told else [])


def test_two_columns_ticked_for_one_value_are_told(tmp_path):
    text = "request_id,created_at,annulee,pourvue\nR1,2026-10-01,1,1\nR2,2026-10-01,0,1\n"
    drop_text(tmp_path, "requests", text, f"{DAY}.csv")
    verbs = '[flags.status]\nannulee = "cancelled"\npourvue = "filled"\n'
    drop_text(tmp_path, "requests", verbs, f"{DAY}.csv.toml")
    drop = only(tmp_path)
    assert notes(drop) == {"several_flags": {"field": "status", "met": 1, "line": 2}}
    assert [row["status"] for row in rows(drop)] == ["cancelled", "filled"]


def test_numbers_of_a_sheet_are_read_with_the_zeros_that_it_shows(tmp_path):
    head = ["provider_id", "postcode", "reach_km"]
    made = book([head, [7, 1000, 5], [1234, 35000, 12], ["x7", "06000", 3]])
    for column, shown in (("A", "000"), ("B", "[$-40C]00000"), ("C", "0")):
        for line in range(2, 5):
            made.worksheets[0][f"{column}{line}"].number_format = shown
    found = rows(dropped(tmp_path, "providers", made))
    assert [(row["provider_id"], row["postcode"], row["reach_km"]) for row in found] == [
        ("007", "01000", 5), ("1234", "35000", 12), ("x7", "06000", 3),
    ]  # fmt: skip


def test_rows_of_one_key_with_different_numbers_are_no_whole(tmp_path):
    lines = ("35,2021,H,500", "35,2021,F,520", "22,2021,T,300", "22,2021,T,300", "29,2021,T,400")
    text = "territory_code,year,sexe,population\n" + "".join(f"{line}\n" for line in lines)
    drop_text(tmp_path, "population", text, f"{DAY}.csv")
    verbs = '[constant]\nterritory_level = "departement"\nband = "all"\n'
    drop_text(tmp_path, "population", verbs, f"{DAY}.csv.toml")
    drop = only(tmp_path)
    assert [row["population"] for row in rows(drop)] == [300, 400]
    assert [(line, code) for line, _, code in findings(drop, "refused")] == [
        (2, "parts_of_key"), (3, "parts_of_key"), (5, "repeated_key"),
    ]  # fmt: skip


def test_a_unit_that_a_sheet_shows_beside_a_number_is_told(tmp_path):
    formats = {
        '"$"#,##0.00': "other_measure", "[$$-409]#,##0.00": "other_measure",
        '0.0 "k€"': "other_unit", '0 "min"': "other_measure", '0.0, "k€"': None,
        '#,##0.00\\ "€"': None, "0.00": None, '0 "h"': None,
    }  # fmt: skip
    made = book([HEAD, *([f"R{n}", "2026-10-05", 12.5, 1] for n in range(len(formats)))])
    for line, shown in enumerate(formats, 2):
        made.worksheets[0][f"C{line}"].number_format = shown
    drop = dropped(tmp_path, "requests", made)
    assert findings(drop, "repaired") == [
        (line, "amount_eur", code) for line, code in enumerate(formats.values(), 2) if code
    ]
    assert {row["amount_eur"] for row in rows(drop)} == {None, 12.5}


def test_a_percentage_of_a_sheet_is_read_as_it_is_shown(tmp_path):
    sirens = ("732829320", "552100554", "775670417", "542065479")
    shares = ((0.57, "0%"), (0.075, "0.0\\ %"), (57, '0"%"'), (1, "[$-40C]0.00%"))
    made = book(
        [["siren", "capital_share_employees"], *zip(sirens, [n for n, _ in shares], strict=True)]
    )
    for line, (_, shown) in enumerate(shares, 2):
        made.worksheets[0][f"B{line}"].number_format = shown
    drop = dropped(tmp_path, "cooperatives", made)
    assert [row["capital_share_employees"] for row in rows(drop)] == [57, 7.5, 57, 100]
    assert not drop.notes and not findings(drop, "repaired")
