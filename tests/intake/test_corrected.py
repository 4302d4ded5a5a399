"""Rows to correct come back through the door, as they left or as a spreadsheet saved them."""

import csv
import io
import zipfile
from pathlib import Path

import duckdb
import openpyxl
import pytest

from etl import layers
from etl.bring import corrected, job, states
from etl.bring.folders import Folders
from etl.bring.states import Job
from etl.build import make, warehouse
from etl.problems import Told
from pages.quality import correct
from tests.sizes import some

TOWN = """N°;Enseigne;Activités;Adresse;Tarif
A-17;Au fil des jours;menage / repassage;12 rue des Lilas, 35170 Bruz;23,50
;Sans numéro;bricolage;2 rue du Port, 35400 Saint-Malo;29,00
A-18;=Soin;jardinage;3 place du Marché, 35000 Rennes;31
A-18;=Soin;jardinage;3 place du Marché, 35000 Rennes;31
"""
TOWN_SIDECAR = """mode = "snapshot"
decimal = ","
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
OTHER = "request_id,created_at\nr1,2026-10-01\n,2026-10-02\n"


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    found = Folders(tmp_path / "data", tmp_path / "data" / "warehouse", tmp_path / "logs")
    drop(found, "providers/t-2026-11-20.csv", TOWN, TOWN_SIDECAR)
    drop(found, "requests/r-2026-11-01.csv", OTHER)
    built(found)
    return found


def drop(folders: Folders, name: str, text: str, sidecar: str = "") -> None:
    path = folders.raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    if sidecar:
        path.with_name(f"{path.name}.toml").write_text(sidecar, encoding="utf-8")


def built(folders: Folders) -> None:
    result = make.build(folders.raw, folders.warehouse)
    assert result.is_published, result.checks_failed


def served(folders: Folders) -> duckdb.DuckDBPyConnection:
    return warehouse.open_build((folders.warehouse / "current").resolve())


def archive(folders: Folders, lang: str) -> bytes:
    """What the quality page hands out."""
    sql = layers.read_sql(Path(correct.__file__).with_name("rows_to_correct.sql"))
    with served(folders) as con:
        return correct.archive(con.execute(sql.body, {"file": "all"}).df(), lang)


def members(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def the_csv(packed: bytes, source: str) -> tuple[str, list[list[str]]]:
    """The name and the cells of the rows of a source."""
    (name,) = (n for n in members(packed) if n.startswith(source) and n.endswith(".csv"))
    text = members(packed)[name].decode("utf-8-sig")
    return name, list(csv.reader(io.StringIO(text), delimiter=";" if "corriger" in name else ","))


def by_hand(table: list[list[str]]) -> list[list[str]]:
    """The town's rows corrected: a number given, the repeated row deleted."""
    table = [list(row) for row in table]
    table[1][0] = "A-21"
    del table[2]
    return table


def arrived(folders: Folders, name: str, content: bytes) -> Path:
    folder = folders.incoming / f"{len([*folders.incoming.glob('*')]):032x}"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(content)
    return folder / name


def french_csv(table: list[list[str]]) -> bytes:
    """As a French Excel saves it: semicolons, decimal commas, Windows-1252 where all signs fit."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(table)
    return out.getvalue().encode("windows-1252")


def with_mark(table: list[list[str]]) -> bytes:
    return french_csv(table).decode("windows-1252").encode("utf-8-sig")


def workbook(table: list[list[str]]) -> bytes:
    """As a spreadsheet saves it: what looks like a number is one."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in table:
        book.worksheets[0].append([_typed(cell) for cell in row])
    book.save(out)
    return out.getvalue()


def _typed(cell: str) -> object:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return cell


def packed(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as opened:
        for name, content in files.items():
            opened.writestr(name, content)
    return out.getvalue()


def bring(folders: Folders, one: corrected.Correction) -> None:
    """Brings a recognised file as the page does."""
    (target,) = one.targets
    given = Job(
        "bring", folders, "anne@example.org", str(one.file), target.source, target.name,
        target.sidecar,
    )  # fmt: skip
    states.ask(one.file.parent, given)
    job.work(one.file.parent)
    found = states.state(one.file.parent)
    assert found and found.status == "done" and found.result["published"], found


def told(folders: Folders) -> list[tuple[object, ...]]:
    with served(folders) as con:
        return con.execute(
            "SELECT source, sum(refused_rows), sum(corrected_rows), count(corrects)"
            " FROM quality.files GROUP BY source ORDER BY source"
        ).fetchall()


WAYS = {
    "french csv": ("Lignes Rennes corrigées.csv", french_csv),
    "csv with a mark": ("mes corrections.csv", with_mark),
    "workbook": ("corrections.xlsx", workbook),
}


CASES = [("fr", "french csv"), ("en", "workbook"), ("fr", "csv with a mark"), ("fr", "workbook")]


@pytest.mark.long
@pytest.mark.parametrize(("lang", "way"), some(CASES, small=2, middle=3))
def test_a_table_alone_is_recognised_under_any_name(folders: Folders, lang: str, way: str) -> None:
    _, table = the_csv(archive(folders, lang), "providers")
    name, save = WAYS[way]
    found = corrected.recognise(arrived(folders, name, save(by_hand(table))), folders)
    assert found is not None
    (one,) = found
    assert (one.rows, one.changed, one.is_certain) == (1, 1, True)
    assert [target.file for target in one.targets] == ["providers/t-2026-11-20.csv"]
    bring(folders, one)
    assert told(folders) == [("providers", 2, 1, 1), ("requests", 1, 0, 0)]
    with served(folders) as con:
        rows = con.execute(
            "SELECT provider_id, price_hour_eur FROM marts.providers ORDER BY ALL"
        ).fetchall()
    assert rows == [("A-17", 23.5), ("A-18", 31.0), ("A-21", 29.0)]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_sidecar_is_the_one_of_the_download(folders: Folders, lang: str) -> None:
    files = archive(folders, lang)
    name, table = the_csv(files, "providers")
    (one,) = corrected.recognise(arrived(folders, "x.csv", with_mark(table)), folders) or []
    assert one.targets[0].sidecar == members(files)[name.replace(".csv", ".toml")].decode()
    assert one.changed == 0  # nothing was corrected yet


def test_the_archive_as_it_left_gives_each_file(folders: Folders) -> None:
    path = arrived(folders, "a-corriger.zip", archive(folders, "fr"))
    found = corrected.recognise(path, folders) or []
    assert [one.targets[0].source for one in found] == ["providers", "requests"]
    assert all(one.is_certain and not one.changed for one in found)
    assert len({one.file.parent for one in found}) == 2  # each may have a job of its own
    assert corrected.recognise(path, folders) == found  # laid out once


@pytest.mark.middle
def test_an_archive_that_was_opened_and_corrected_inside(folders: Folders) -> None:
    files = members(archive(folders, "fr"))
    name, table = the_csv(archive(folders, "fr"), "providers")
    # a workbook was saved beside the CSV, which stayed as it was; the sidecars are lost
    files[name.replace(".csv", ".xlsx")] = workbook(by_hand(table))
    files = {n: content for n, content in files.items() if not n.endswith(".toml")}
    found = corrected.recognise(arrived(folders, "z.zip", packed(files)), folders) or []
    assert [one.file.suffix for one in found] == [".xlsx", ".csv"]
    for one in found:
        bring(folders, one)
    assert told(folders) == [("providers", 2, 1, 1), ("requests", 2, 1, 1)]
    files[name] = with_mark(by_hand(table))
    with pytest.raises(Told, match="bring_corrected_twice"):
        corrected.recognise(arrived(folders, "z.zip", packed(files)), folders)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"providers.csv": b"provider_id\nA\n"}, "bring_archive"),
        ({"note.pdf": b"%PDF-1.4"}, "bring_archive"),
        ({"providers.csv": b"provider_id\nA\n", "of": b""}, "bring_archive_mixed"),
    ],
)
def test_an_archive_of_anything_else_is_told(
    folders: Folders, files: dict[str, bytes], code: str
) -> None:
    if "of" in files:
        files = {"providers.csv": files["providers.csv"], **members(archive(folders, "en"))}
    with pytest.raises(Told, match=f"{code} "):
        corrected.recognise(arrived(folders, "z.zip", packed(files)), folders)


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_any_other_file_is_no_correction(folders: Folders, name: str) -> None:
    table = [["provider_id", "name"], ["A", "maillage"]]
    content = workbook(table) if name.endswith("xlsx") else with_mark(table)
    assert corrected.recognise(arrived(folders, name, content), folders) is None


def wrong(table: list[list[str]], what: str) -> list[list[str]]:
    table = [list(row) for row in table]
    if what == "columns":
        table = [row[1:] for row in table]
    elif what == "line":
        table[1][-1] = table[1][-1].replace("3", "4711", 1)
    elif what == "no line":
        table[1][-1] = table[2][-1] = ""
    return table


@pytest.mark.parametrize("what", ["columns", "line", "no line"])
def test_rows_that_no_file_has_refused_are_told(folders: Folders, what: str) -> None:
    _, table = the_csv(archive(folders, "en"), "providers")
    with pytest.raises(Told, match="bring_corrects_none"):
        corrected.recognise(arrived(folders, "a.csv", with_mark(wrong(table, what))), folders)


def test_rows_that_hold_something_else_are_asked_about(folders: Folders) -> None:
    _, table = the_csv(archive(folders, "en"), "providers")
    for row in table[1:]:
        row[:-1] = ["B-1", "Autre", "informatique", "1 rue X, 29200 Brest", "45"]
    (one,) = corrected.recognise(arrived(folders, "a.csv", with_mark(table)), folders) or []
    assert not one.is_certain and len(one.targets) == 1


@pytest.mark.long
def test_where_two_files_fit_the_founder_is_asked(folders: Folders) -> None:
    drop(folders, "providers/u-2026-11-21.csv", TOWN.replace("A-17", "A-99"), TOWN_SIDECAR)
    built(folders)
    files = archive(folders, "fr")
    name = next(n for n in members(files) if "u-2026-11-21" in n and n.endswith(".csv"))
    path = arrived(folders, "a.csv", members(files)[name])
    (one,) = corrected.recognise(path, folders) or []
    assert not one.is_certain
    assert [target.file[-14:] for target in one.targets] == ["2026-11-20.csv", "2026-11-21.csv"]
    # its sidecar beside it says which
    beside = members(files)[name.replace(".csv", ".toml")]
    path.with_name("a.csv.toml").write_bytes(beside)
    (one,) = corrected.recognise(path, folders) or []
    assert one.is_certain and one.targets[0].file == "providers/u-2026-11-21.csv"


@pytest.mark.long
def test_of_two_corrections_of_a_file_the_later_one_counts(folders: Folders) -> None:
    files = archive(folders, "fr")
    name, table = the_csv(files, "providers")
    for number in range(2):
        rows = by_hand(table)
        rows[1][1] = f"Nommé {number}"
        path = arrived(folders, Path(name).name, with_mark(rows))
        (one,) = corrected.recognise(path, folders) or []
        bring(folders, one)
        with served(folders) as con:
            (said,) = con.execute(
                "SELECT name FROM marts.providers WHERE provider_id = 'A-21'"
            ).fetchall()
        assert said == (f"Nommé {number}",)
