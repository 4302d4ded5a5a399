"""Every verb of a sidecar, and every mistake in one."""

import os
from pathlib import Path

import pytest

from etl import check
from etl.words import reasons
from tests.ingesting import drop_text, ingested, only, problems, rows


def with_sidecar(folder, text, sidecar, source="providers", name="a-2026-11-01.csv"):
    drop_text(folder, source, text, name)
    drop_text(folder, source, sidecar, name + ".toml")


def test_the_verbs_together(tmp_path):
    with_sidecar(
        tmp_path,
        "id;sign;legal;act;where;men;women;price;seen\n"
        "7;;Acme;A/B/zz;12 rue X - 44000 - Nantes;2;3,5;1.234,5;10/31/2026\n"
        "8;Sign;Acme;C;;;1;2;\n",
        'as_of = 2025-01-01\nmode = "snapshot"\nsynthetic = true\nseparator = ";"\ndecimal = ","\n'
        'date_format = "%m/%d/%Y"\n'
        '[rename]\nprovider_id = "id"\nname = ["sign", "legal"]\nprice_hour_eur = "price"\n'
        'last_seen_on = "seen"\n[constant]\nkind = "association"\nis_published = true\n'
        '[split.domains]\ncolumn = "act"\nseparator = "/"\n'
        '[split.postcode]\ncolumn = "where"\nseparator = " - "\npart = 2\n'
        '[split.city]\ncolumn = "where"\nseparator = " - "\npart = -1\n'
        '[sum]\nemployees = ["men", "women"]\n'
        '[values.domains]\nA = ["gardening", "handyman"]\nB = "house_cleaning"\n"*" = ""\n',
    )
    drop = only(tmp_path)
    first, second = rows(drop)
    assert (str(drop.as_of), drop.as_of_origin) == ("2025-01-01", "sidecar")
    assert (drop.mode, drop.is_synthetic) == ("snapshot", True)
    assert (first["name"], second["name"]) == ("Acme", "Sign")
    assert first["domain_codes"] == ["gardening", "handyman", "house_cleaning"]
    assert (first["commune_code"], first["employees"]) == ("44109", 5.5)
    assert (first["price_hour_eur"], str(first["last_seen_on"])) == (1234.5, "2026-10-31")
    assert (second["employees"], second["domain_codes"]) == (None, [])
    assert first["kind"] == second["kind"] == "association" and drop.repaired == 0


def test_encoding_time_zone_and_the_short_name(tmp_path):
    drop_text(
        tmp_path, "requests", "id,name,created_at\n1,é,2026-07-01 12:00\n".encode("cp850"), "a.csv"
    )
    drop_text(
        tmp_path,
        "requests",
        'encoding = "cp850"\ntime_zone = "America/New_York"\n[rename]\nrequest_id = "id"\n'
        'status = "name"\n[values.status]\n"é" = "filled"\n',
        "a.toml",
    )
    (row,) = rows(only(tmp_path))
    assert (row["created_at"].hour, row["status"]) == (16, "filled")


def test_unpivot_adds_up_and_keeps_what_is_unknown(tmp_path):
    with_sidecar(
        tmp_path,
        "dep,y,all,a,b\n44,2021,100,1,2\n69,2021,50,x,2\n",
        '[rename]\nterritory_code = "dep"\nyear = "y"\n[constant]\n'
        'territory_level = "departement"\n'
        '[unpivot]\nfield = "band"\nvalue = "population"\n[unpivot.columns]\nall = "all"\n'
        '"0-4" = ["a", "b"]\n',
        "population",
    )
    drop = only(tmp_path)
    assert (drop.read, drop.refused) == (4, 1)
    assert [(r["line"], r["band"], r["population"]) for r in rows(drop)] == [
        (2, "all", 100),
        (2, "0-4", 3),
        (3, "all", 50),
    ]
    (refused,) = rows(drop, "refused")
    assert (refused["line"], refused["value"]) == (3, "x + 2")


def test_a_renamed_column_without_a_value_is_told(tmp_path, capsys):
    sidecar = '[rename]\nprovider_id = "pk"\nname = ["sign", "legal"]\n'
    with_sidecar(tmp_path, "pk;sign;legal\n1;NA;A\n2; ;B\n", sidecar)
    (note,) = only(tmp_path).notes
    assert reasons.note(note, "en") == "name: the column “sign” is empty in every row."
    assert "« sign » est vide dans toutes les lignes" in reasons.note(note, "fr")
    assert ingested(tmp_path)[0].notes == [note]  # and so it is when the lake has it already
    file = tmp_path / "raw" / "providers" / "a-2026-11-01.csv"
    assert check.run([file], "providers", as_json=False) == 0
    assert "the column “sign” is empty in every row" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sidecar", "code", "word"),
    [
        ("renam = 1", "sidecar_key", "rename"),
        ('[rename]\nprovider = "id"', "sidecar_key", "provider_id"),
        ('[rename]\nprovider_id = "idd"', "sidecar_column", "id"),
        ("[rename]\nprovider_id = 3", "sidecar_value", "column"),
        ('mode = "full"', "sidecar_value", "snapshot"),
        ('as_of = "soon"', "sidecar_value", "2026-11-22"),
        ('encoding = "latin-99"', "sidecar_value", "windows-1252"),
        ('separator = ";;"', "sidecar_value", ";"),
        ('time_zone = "Paris"', "sidecar_value", "Europe/Paris"),
        ('date_format = "dd/mm"', "sidecar_value", "%d"),
        ('[split.city]\ncolumn = "x"\nseparator = "-"', "sidecar_value", "1"),
        ('[split.city]\ncolum = "x"', "sidecar_key", "column"),
        ('[values.kind]\nA = ["x", "y"]', "sidecar_value", "contract"),
        ('[unpivot]\nfield = "band"\nvalue = "name"', "sidecar_key", "name"),
        ('[rename]\nname = "x"\n[constant]\nname = "x"', "sidecar_twice", "one"),
        ("as_of = ", "sidecar_syntax", "line"),
        (f"skip = {'[' * 5000}", "sidecar_syntax", "line"),
        (f"rename{'.a' * 2000} = 1", "sidecar_syntax", "line"),
        (f"skip = {'9' * 5000}", "sidecar_syntax", "line"),
    ],
)
def test_mistakes_name_the_key_and_the_remedy(tmp_path, sidecar, code, word):
    with_sidecar(tmp_path, "id,x\n1,2\n", sidecar)
    (problem,) = problems(tmp_path)
    assert problem.code == code
    assert word in problem.remedy_en and problem.remedy_fr and problem.file.endswith(".csv")


@pytest.mark.parametrize("put", [Path.mkdir, os.mkfifo, lambda place: place.symlink_to("gone")])
def test_what_is_no_sidecar_in_the_place_of_one_is_told(tmp_path, put):
    path = drop_text(tmp_path, "providers", "id,x\n1,2\n")
    put(path.with_name(f"{path.name}.toml"))
    (problem,) = problems(tmp_path)
    assert problem.code == "sidecar_no_file" and f"{path.name}.toml" in problem.reason_fr


def test_a_sidecar_without_its_file_is_told(tmp_path):
    drop_text(tmp_path, "providers", "mode = 'delta'", "gone.csv.toml")
    assert [p.code for p in problems(tmp_path)] == ["sidecar_alone"]
