"""Rows to correct come back: directly after the file that they correct, whatever their bytes."""

import csv
import io
import tomllib
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import openpyxl
import pytest

from etl import layers, paths
from etl.__main__ import main
from etl.build import warehouse
from etl.insight.digest import digest
from etl.intake import lake
from pages.quality import correct
from tests.ingesting import drop_text, findings, ingested, only, problems, rows
from tests.market import make_build, write_drops
from tests.sizes import some

HEADER = "provider_id,domains,departement_code,joined_on\n"


def correction(of: lake.Drop, more: str = "") -> str:
    return f'mode = "delta"\nas_of = {of.as_of}\ncorrects = "{of.content_hash}"\n{more}'


def hash_of(path: Path) -> str:
    return lake.file_hash(path)


def test_a_correction_comes_directly_after_its_drop_whatever_its_hash(tmp_path):
    many = len(some(range(20), small=6))
    # the drops of four days; the second one is corrected twenty times, with other bytes each
    for day in (1, 2, 2, 3):
        name = f"a{day}-2026-11-0{day}.csv"
        drop_text(tmp_path, "providers", f"provider_id,name\nK{day},x\n,nobody\n", name)
    drop_text(tmp_path, "providers", "provider_id,name\nL,x\n", "b-2026-11-02.csv")
    first = {drop.file: drop for drop in ingested(tmp_path)}
    second = first["providers/a2-2026-11-02.csv"]
    for number in range(many):
        name = f"c{number:02}.csv"
        text = f"provider_id,name,maillage_reason\nN{number},nobody,3: empty\n"
        drop_text(tmp_path, "providers", text, name)
        drop_text(tmp_path, "providers", correction(second), f"{name}.toml")
    found = ingested(tmp_path)
    files = [drop.file.removeprefix("providers/") for drop in found]
    at = files.index("a2-2026-11-02.csv")
    assert files[at + 1 : at + 1 + many] == [f"c{number:02}.csv" for number in range(many)]
    assert {str(drop.as_of) for drop in found[at : at + 1 + many]} == {"2026-11-02"}
    assert sorted(files[:at] + files[at + 1 + many :]) == [
        "a1-2026-11-01.csv", "a3-2026-11-03.csv", "b-2026-11-02.csv",
    ]  # fmt: skip
    assert {drop.as_of_origin for drop in found[at + 1 : at + 1 + many]} == {"correction"}
    assert not any(drop.unknown_columns for drop in found)


SNAPSHOTS = {
    "providers/p-2026-01-31.csv": HEADER
    + "".join(f"{key},gardening,35,2025-05-01\n" for key in "ABCDE"),
    "providers/p-2026-01-31.csv.toml": 'mode = "snapshot"\n',
    # B and C have no key, D is gone, A has moved
    "providers/p-2026-02-28.csv": HEADER
    + "A,gardening,29,2025-05-01\n,gardening,35,2025-05-01\n,gardening,44,2025-05-01\n"
    + "E,gardening,35,2025-05-01\nE,gardening,29,2025-05-01\n",
    "providers/p-2026-02-28.csv.toml": 'mode = "snapshot"\n',
    "providers/p-2026-03-31.csv": HEADER + "B,gardening,56,2025-05-01\n",
}


def corrected(folder: Path, correcting: str, **others: str) -> duckdb.DuckDBPyConnection:
    """The build of SNAPSHOTS with a correction of the one of February."""
    raw = write_drops(folder / "raw", SNAPSHOTS)
    of = hash_of(raw / "providers/p-2026-02-28.csv")
    said = f'mode = "delta"\nas_of = 2026-02-28\ncorrects = "{of}"\n'
    more = {"providers/c.csv": correcting, "providers/c.csv.toml": said}
    return make_build(folder, more | {name: text.format(of=of) for name, text in others.items()})


@pytest.mark.long
@pytest.mark.parametrize("mark", ["", " ", "  ", "   "])  # other bytes, so other hashes
def test_what_a_snapshot_refused_comes_back_as_of_its_day(tmp_path, mark):
    market = corrected(
        tmp_path,
        HEADER + f"B,gardening,35{mark},2025-05-01\nC,gardening,44,2025-05-01\n",
    )
    told = market.execute(
        "SELECT provider_id, departement_code, inactive_reason FROM marts.providers ORDER BY ALL"
    ).fetchall()
    assert told == [
        ("A", "29", None), ("B", "56", None), ("C", "44", None), ("D", "35", "gone"),
        ("E", "35", None),
    ]  # fmt: skip
    versions = market.execute(
        "SELECT provider_id, CAST(gone_on AS VARCHAR) FROM staging.provider_versions"
        " WHERE gone_on IS NOT NULL"
    ).fetchall()
    assert versions == [("D", "2026-02-28")]  # neither B nor C has ever left


@pytest.mark.long
def test_what_came_back_is_told_as_corrected(tmp_path):
    # B and C come back, B without a word of its line; the repeated E stays as it is
    market = corrected(tmp_path, HEADER + "B,gardening,35,2025-05-01\nC,gardening,44,2025-05-01\n")
    told = market.execute(
        "SELECT file, refused_rows, corrected_rows, corrects FROM quality.files"
        " WHERE refused_rows > 0 OR corrects IS NOT NULL ORDER BY file"
    ).fetchall()
    assert told == [
        ("providers/c.csv", 0, 0, "providers/p-2026-02-28.csv"),
        ("providers/p-2026-02-28.csv", 3, 2, None),
    ]
    open_rows = market.execute(
        "SELECT line FROM quality.refused_rows WHERE NOT is_corrected"
    ).fetchall()
    assert open_rows == [(6,)]
    told = digest(tmp_path / "warehouse", language="en", form="md")
    assert "1 row refused of" in told
    assert "2 more were refused and have come back corrected." in told
    founders = paths.ETL / "insight" / "report" / "founders"
    sources, reasons = (
        market.sql(layers.read_sql(founders / f"{name}.sql").body).df()
        for name in ("sources", "reasons")
    )
    assert (sources["refused_rows"].sum(), sources["corrected_rows"].sum()) == (1, 2)
    assert reasons.loc[reasons["outcome"] == "refused", "found"].sum() == 1


@pytest.mark.long
def test_a_correction_that_is_still_wrong_is_listed_in_its_own_name(tmp_path):
    text = HEADER.strip() + ",maillage_raison\n,gardening,35,2025-05-01,ligne 3 : vide\n"
    text += "E,gardening,29,2025-05-01,ligne 6 : déjà à la ligne 5\n"
    market = corrected(tmp_path, text)
    told = market.execute(
        "SELECT file, line, is_corrected FROM quality.refused_rows ORDER BY ALL"
    ).fetchall()
    assert told == [
        ("providers/c.csv", 2, False), ("providers/p-2026-02-28.csv", 3, True),
        ("providers/p-2026-02-28.csv", 4, False), ("providers/p-2026-02-28.csv", 6, True),
    ]  # fmt: skip
    # the second row of E now holds
    (moved,) = market.execute(
        "SELECT departement_code FROM marts.providers WHERE provider_id = 'E'"
    ).fetchall()
    assert moved == ("29",)


def test_a_correction_of_a_correction_comes_after_it(tmp_path):
    raw = tmp_path / "raw" / "providers"
    drop_text(tmp_path, "providers", "provider_id,name\nA,x\n,y\n", "p-2026-11-01.csv")
    # its name would put the correction of the correction first
    drop_text(tmp_path, "providers", "provider_id,name\nB,y\n,z\n", "m.csv")
    drop_text(tmp_path, "providers", "provider_id,name\nB,z\n", "a.csv")
    for name, of in (("m", raw / "p-2026-11-01.csv"), ("a", raw / "m.csv")):
        drop_text(
            tmp_path,
            "providers",
            f'corrects = "{hash_of(of)}"\nas_of = 2026-12-31\n',
            f"{name}.toml",
        )
    found = ingested(tmp_path)
    assert [drop.file for drop in found] == [
        "providers/p-2026-11-01.csv", "providers/m.csv", "providers/a.csv",
    ]  # fmt: skip
    assert {str(drop.as_of) for drop in found} == {"2026-11-01"}
    assert [note.code for note in found[2].notes] == ["other_day"]


def test_what_corrects_nothing_is_refused_with_a_word(tmp_path):
    drop_text(tmp_path, "providers", "provider_id\nA\n", "a-2026-11-01.csv")
    drop_text(tmp_path, "providers", f'corrects = "{"0" * 64}"\n', "a-2026-11-01.csv.toml")
    (problem,) = problems(tmp_path)
    assert problem.code == "corrects_nothing" and problem.file == "providers/a-2026-11-01.csv"
    assert "a-2026-11-01.csv.toml" in problem.reason_en and "0000" in problem.reason_fr
    drop_text(tmp_path, "providers", "provider_id\nB\n", "b-2026-11-01.csv")
    folder = tmp_path / "raw" / "providers"
    for one, other in (("a", "b"), ("b", "a")):
        text = f'corrects = "{hash_of(folder / f"{other}-2026-11-01.csv")}"\n'
        drop_text(tmp_path, "providers", text, f"{one}-2026-11-01.csv.toml")
    assert {problem.code for problem in problems(tmp_path)} == {"corrects_itself"}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('corrects = "abc"\n', "sidecar_value"),
        ("corrects = 1\n", "sidecar_value"),
        (f'corrects = "{"a" * 64}"\nmode = "snapshot"\n', "sidecar_value"),
    ],
)
def test_a_word_of_correction_that_cannot_be(tmp_path, said, code):
    drop_text(tmp_path, "providers", "provider_id\nA\n")
    drop_text(tmp_path, "providers", said, "a-2026-11-01.csv.toml")
    assert [problem.code for problem in problems(tmp_path)] == [code]


def test_of_two_files_with_the_same_bytes_the_date_tells_which_is_meant(tmp_path):
    text = 'provider_id\nA\n""\n'
    for day in (1, 2):
        path = drop_text(tmp_path, "providers", text, f"a-2026-11-0{day}.csv")
    drop_text(tmp_path, "providers", "provider_id\nB\n", "c.csv")
    drop_text(
        tmp_path, "providers", f'corrects = "{hash_of(path)}"\nas_of = 2026-11-01\n', "c.toml"
    )
    assert [drop.file[-7:] for drop in ingested(tmp_path)] == ["-01.csv", "s/c.csv", "-02.csv"]
    drop_text(
        tmp_path, "providers", f'corrects = "{hash_of(path)}"\nas_of = 2026-11-03\n', "c.toml"
    )
    assert [problem.code for problem in problems(tmp_path)] == ["corrects_several"]


def test_rows_to_correct_without_their_sidecar_are_no_news(tmp_path):
    text = "provider_id,name,{}\nA,x,why\n"
    drop_text(tmp_path, "providers", text.format("maillage_reason"), "a-2026-11-01.csv")
    drop_text(tmp_path, "providers", text.format("Maillage raison"), "b-2026-11-01.csv")
    old = "provider_id,refused_line,refused_reason\nA,2,why\n"
    drop_text(tmp_path, "providers", old, "c-2026-11-01.csv")
    # a column of that name alone may be anybody's own
    drop_text(tmp_path, "providers", "provider_id,refused_reason\nA,price\n", "d-2026-11-01.csv")
    found = problems(tmp_path)
    assert {(problem.code, problem.file[-16:-15]) for problem in found} == {
        ("correction_alone", letter) for letter in "abc"
    }


def test_what_looks_like_a_formula_comes_back_as_it_was(tmp_path):
    base = drop_text(tmp_path, "providers", 'provider_id\n""\nA\n')
    drop_text(tmp_path, "providers", "provider_id,name\nB,'=Soin\nC,'t Huis\n", "c.csv")
    drop_text(tmp_path, "providers", f'corrects = "{hash_of(base)}"\n', "c.csv.toml")
    (found,) = [drop for drop in ingested(tmp_path) if drop.corrects]
    assert [row["name"] for row in rows(found)] == ["=Soin", "'t Huis"]


def downloaded(folder: Path, lang: str = "en") -> dict[str, str]:
    """The files of the archive of rows to correct of the build that is served."""
    sql = layers.read_sql(Path(correct.__file__).with_name("rows_to_correct.sql"))
    with warehouse.open_build((folder / "warehouse" / "current").resolve()) as con:
        packed = correct.archive(con.execute(sql.body, {"file": "all"}).df(), lang)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}


TOWN = """N°;Enseigne;Activités;Adresse;Tarif
A-17;Au fil des jours;menage / repassage;12 rue des Lilas, 35170 Bruz;23,50
;Sans numéro;bricolage;2 rue du Port, 35400 Saint-Malo;29
A-18;=Soin;jardinage;3 place du Marché, 35000 Rennes;31
A-18;=Soin;jardinage;3 place du Marché, 35000 Rennes;31
x;trop;de;colonnes;ici;encore
"""
TOWN_SIDECAR = """mode = "snapshot"
separator = ";"
decimal = ","
encoding = "windows-1252"
[rename]
provider_id = "N°"
name = "Enseigne"
price_hour_eur = "Tarif"
[split.domains]
column = "Activités"
separator = "/"
[split.postcode]
column = "Adresse"
separator = " "
part = -2
"""


WAYS = [
    ("en", "as it is"), ("fr", "as it is"), ("fr", "as a French spreadsheet"),
    ("en", "as a French spreadsheet"), ("en", "as a workbook"), ("fr", "as a workbook"),
]  # fmt: skip


@pytest.mark.middle
@pytest.mark.parametrize(("lang", "saved"), some(WAYS, small=1, middle=2))
def test_the_download_goes_round(tmp_path, lang, saved):
    raw = tmp_path / "raw" / "providers"
    drop_text(tmp_path, "providers", TOWN.encode("windows-1252"), "t-2026-11-20.csv")
    drop_text(tmp_path, "providers", TOWN_SIDECAR, "t-2026-11-20.csv.toml")
    make_build(tmp_path, {}).close()
    files = downloaded(tmp_path, lang)
    stem = "providers/" + ("to-correct" if lang == "en" else "a-corriger") + "-t-2026-11-20"
    assert list(files) == [f"{stem}.csv", f"{stem}.toml"]
    said = tomllib.loads(files[f"{stem}.toml"])
    assert said.pop("corrects") == hash_of(raw / "t-2026-11-20.csv")
    assert said.pop("as_of") == date(2026, 11, 20)
    assert said.keys() == {"mode", "decimal", "rename", "split"} and said["mode"] == "delta"
    separator = "," if lang == "en" else ";"
    table = list(csv.reader(io.StringIO(files[f"{stem}.csv"]), delimiter=separator))
    assert [len(row) for row in table] == [6] * 4
    assert table[1][:2] == ["", "Sans numéro"] and table[1][5].startswith(
        "line 3: " if lang == "en" else "ligne 3 : "
    )
    assert table[2][:2] == ["A-18", "'=Soin"] and "x;trop;de" in table[3][5]
    table[1][0] = "A-21"
    del table[3]
    kept = {name: text for name, text in files.items() if name.endswith(".toml")}
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(table)
    if saved == "as it is":
        zip_of(tmp_path / "raw" / "back.zip", kept | {f"{stem}.csv": out.getvalue()})
    else:
        write_drops(tmp_path / "raw", kept)
        target = tmp_path / "raw" / stem
        if saved == "as a workbook":
            book = openpyxl.Workbook()
            for row in table:
                book.active.append(row)
            book.save(f"{target}.xlsx")
        else:
            Path(f"{target}.csv").write_bytes(out.getvalue().encode("windows-1252"))
    market = make_build(tmp_path, {})
    told = market.execute(
        "SELECT provider_id, name, price_hour_eur, departement_code, inactive_reason"
        " FROM marts.providers ORDER BY ALL"
    ).fetchall()
    assert told == [
        ("A-17", "Au fil des jours", 23.5, "35", None), ("A-18", "=Soin", 31.0, "35", None),
        ("A-21", "Sans numéro", 29.0, "35", None),
    ]  # fmt: skip
    counts = market.execute(
        "SELECT sum(refused_rows), sum(corrected_rows) FROM quality.files"
    ).fetchone()
    assert counts == (3, 2)
    assert market.execute("SELECT DISTINCT unknown_columns FROM quality.files").fetchall() == [
        ("",)
    ]


@pytest.mark.long
def test_a_wide_file_is_given_in_the_columns_of_its_contract(tmp_path):
    wide = "dep;y;all;a\n44;2021;100;x\n69;2021;50;7\n"
    said = (
        "encoding = 'utf-8'\n[rename]\nterritory_code = 'dep'\nyear = 'y'\n"
        "[constant]\nterritory_level = 'departement'\n"
        "[unpivot]\nfield = 'band'\nvalue = 'population'\n"
        "[unpivot.columns]\nall = 'all'\n'0-4' = 'a'\n"
    )
    drop_text(tmp_path, "population", wide, "w-2026-11-20.csv")
    drop_text(tmp_path, "population", said, "w-2026-11-20.csv.toml")
    make_build(tmp_path, {"providers/p-2026-11-20.csv": HEADER + "A,gardening,35,\n"}).close()
    files = downloaded(tmp_path)
    (name,) = (name for name in files if name.endswith(".csv"))
    assert "unpivot" not in files[name.replace(".csv", ".toml")]
    assert "rename" not in files[name.replace(".csv", ".toml")]
    write_drops(tmp_path / "raw", {n: t.replace(",x,", ",3,") for n, t in files.items()})
    market = make_build(tmp_path, {})
    told = market.execute(
        "SELECT territory_code, band, population FROM staging.population ORDER BY ALL"
    ).fetchall()
    assert told == [("44", "0-4", 3), ("44", "all", 100), ("69", "0-4", 7), ("69", "all", 50)]


def zip_of(path: Path, files: dict[str, str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


@pytest.mark.parametrize("place", ["", "providers/"])
def test_an_archive_is_read_as_the_folder_that_it_is(tmp_path, place):
    raw = tmp_path / "raw"
    base = drop_text(tmp_path, "providers", "provider_id,name\nA,x\n,y\n")
    files = {
        "to-correct/providers/t.csv": "provider_id,name\nB,y\n,z\n",
        "to-correct/providers/t.toml": f'corrects = "{hash_of(base)}"\n',
        "to-correct/requests/r-2026-11-02.csv": "request_id,created_at\n1,2026-11-02\n",
        "__MACOSX/to-correct/providers/._t.csv": "\0\1",
        "to-correct/providers/.DS_Store": "\0",
        "to-correct/README.txt": "what to do",
    }
    zip_of(raw / f"{place}z.zip", files)
    found = {drop.file: drop for drop in ingested(tmp_path)}
    inside = f"{place}z.zip/to-correct/"
    assert list(found) == [
        "providers/a-2026-11-01.csv", f"{inside}providers/t.csv",
        f"{inside}requests/r-2026-11-02.csv",
    ]  # fmt: skip
    assert findings(found[f"{inside}providers/t.csv"], "refused") == [
        (3, "provider_id", "missing_required")
    ]
    # unpacked beside it, it is the same; and what was read once is not read again
    for name, text in files.items():
        if not name.startswith("__MACOSX"):
            write_drops(raw / place, {name: text})
    again = ingested(tmp_path)
    assert [drop.duplicates for drop in again] == [
        [], [f"{inside}providers/t.csv"], [f"{inside}requests/r-2026-11-02.csv"],
    ]  # fmt: skip
    assert again[0].reused


def test_a_sidecar_and_a_date_beside_an_archive_serve_what_lies_in_it(tmp_path):
    zip_of(tmp_path / "raw/providers/town-2026-11-05.zip", {"town.csv": "N;name\nA;x\n"})
    drop_text(tmp_path, "providers", "[rename]\nprovider_id = 'N'\n", "town-2026-11-05.zip.toml")
    drop = only(tmp_path)
    assert (drop.file, str(drop.as_of)) == ("providers/town-2026-11-05.zip/town.csv", "2026-11-05")


def test_what_is_wrong_with_an_archive_names_it_and_the_file_in_it(tmp_path, capsys):
    raw = tmp_path / "raw/providers"
    inside = {"lone.toml": "", "../../out.csv": "colour\nred\n", "x.pdf": "%PDF"}
    whole = zip_of(raw / "a.zip", inside)
    (raw / "b.zip").write_bytes(whole.read_bytes()[:60])
    zip_of(raw / "c.zip", {"__MACOSX/._x": ""})
    zip_of(tmp_path / "raw/d.zip", {"x.csv": "provider_id\nA\n"})
    found = {(problem.file, problem.code) for problem in problems(tmp_path)}
    assert found == {
        ("providers/a.zip/lone.toml", "sidecar_alone"), ("providers/a.zip/out.csv", "header"),
        ("providers/a.zip/x.pdf", "unknown_extension"), ("providers/b.zip", "truncated"),
        ("providers/c.zip", "empty"), ("d.zip/x.csv", "unknown_source"),
    }  # fmt: skip
    assert not (tmp_path / "out.csv").exists()
    assert main(["check", str(whole), "--source", "providers"]) == 1
    assert f"{whole}/x.pdf" in capsys.readouterr().out
