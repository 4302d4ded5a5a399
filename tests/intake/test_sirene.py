"""Sirene's two stock files become co-operatives; the expected rows come from pandas."""

import gzip
import shutil
import zipfile
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from etl.__main__ import main
from etl.build import make
from tests import sirene_files
from tests.ingesting import drop_text, findings, ingested, problems, rows
from tests.market import make_build
from tests.shared_files import shared_file

PLACE = ("raw", "cooperatives", "sirene-2026-11-01")
UNITS = 500
FORMS = pd.read_csv("data/reference/legal_forms.csv", dtype=str)
COOPERATIVE = set(FORMS.loc[FORMS["kind"] == "cooperative", "legal_category"])


def folder(root: Path) -> Path:
    return root.joinpath(*PLACE)


def frames(place: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both files as text, as pandas reads them."""
    found = []
    for name in ("StockUniteLegale", "StockEtablissement"):
        (path,) = place.glob(f"{name}*")
        read = pd.read_parquet if path.suffix == ".parquet" else pd.read_csv
        options = {} if path.suffix == ".parquet" else {"dtype": str, "keep_default_na": False}
        found.append(read(path, **options).fillna("").astype(str))
    return found[0], found[1]


def expected(units: pd.DataFrame, establishments: pd.DataFrame) -> pd.DataFrame:
    """What the accepted rows must be, by another way than SQL."""
    units = units.assign(line=range(2 if units.attrs.get("is_text", True) else 1, len(units) + 2))
    kept = units[units["categorieJuridiqueUniteLegale"].isin(COOPERATIVE)]
    seats = establishments[establishments["etablissementSiege"].str.lower() == "true"]
    joined = kept.merge(seats, on="siren", how="left", validate="1:1").replace({"": None})
    names = joined[["denominationUniteLegale", "denominationUsuelle1UniteLegale"]]
    names = names.replace({"[ND]": None}).bfill(axis=1).iloc[:, 0]
    is_closed = joined["etatAdministratifUniteLegale"] == "C"
    is_care = joined["activitePrincipaleUniteLegale"] == "88.10A"
    born = joined["dateCreationUniteLegale"].replace({"1900-01-01": None})
    return pd.DataFrame(
        {
            "siren": joined["siren"], "name": names,
            "legal_category": joined["categorieJuridiqueUniteLegale"],
            "registered_on": [date.fromisoformat(d) if d else None for d in born],
            "ceased_on": [date(2024, 6, 30) if closed else None for closed in is_closed],
            "is_active": ~is_closed, "commune_code": joined["codeCommuneEtablissement"],
            "domain_codes": [["elderly_care"] if care else [] for care in is_care],
        }
    )  # fmt: skip


def assert_as_expected(drop, place: Path) -> None:
    units, establishments = frames(place)
    wanted = expected(units, establishments)
    got = pd.DataFrame(rows(drop)).sort_values("line")
    assert got[list(wanted)].to_dict("records") == wanted.to_dict("records")
    assert drop.accepted == len(wanted) == UNITS // 10 and drop.repaired == drop.refused == 0
    assert drop.read == len(units) + len(establishments) == drop.accepted + drop.filtered


@pytest.mark.parametrize("layout", sirene_files.LAYOUTS)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_both_layouts_as_csv_and_parquet(tmp_path, layout, ending):
    sirene_files.write(folder(tmp_path), units=UNITS, layout=layout, ending=ending)
    (drop,) = ingested(tmp_path)
    assert_as_expected(drop, folder(tmp_path))
    assert drop.file == f"cooperatives/sirene-2026-11-01/StockUniteLegale_utf8.{ending}"
    assert (drop.as_of, drop.as_of_origin) == (date(2026, 11, 1), "name")
    is_new = "activitePrincipaleNAF25UniteLegale" in drop.unknown_columns
    assert is_new == (layout == "2025")


def zipped(path: Path) -> None:
    with zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path, path.name)
    path.unlink()


def gzipped(path: Path) -> None:
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
    path.unlink()


@pytest.mark.parametrize("pack", [zipped, gzipped])
def test_packed_as_they_are_published(tmp_path, pack):
    sirene_files.write(folder(tmp_path), units=UNITS)
    shutil.copytree(folder(tmp_path), tmp_path / "plain")
    for path in list(folder(tmp_path).iterdir()):
        pack(path)
    (drop,) = ingested(tmp_path)
    assert_as_expected(drop, tmp_path / "plain")


def test_types_that_lose_zeros_and_gain_decimals_are_the_same(tmp_path):
    sirene_files.write(folder(tmp_path), units=UNITS, ending="parquet")
    shutil.copytree(folder(tmp_path), tmp_path / "plain")
    for path in folder(tmp_path).iterdir():
        frame = pd.read_parquet(path)
        frame["siren"] = frame["siren"].astype(int)
        for column in ("categorieJuridiqueUniteLegale", "nicSiegeUniteLegale"):
            if column in frame:
                frame[column] = frame[column].astype(float)
        if "etablissementSiege" in frame:
            frame["etablissementSiege"] = frame["etablissementSiege"] == "true"
        frame.to_parquet(path)
    (drop,) = ingested(tmp_path)
    assert_as_expected(drop, tmp_path / "plain")


def test_a_drop_is_read_once_and_again_when_either_file_changes(tmp_path):
    sirene_files.write(folder(tmp_path), units=UNITS)
    first, again = only_adapted(tmp_path), only_adapted(tmp_path)
    assert (first.reused, again.reused) == (False, True)
    (path,) = folder(tmp_path).glob("StockEtablissement*")
    path.write_text(path.read_text().replace("NANTES,,,44109", "REZE,,,44143"))
    changed = only_adapted(tmp_path)
    assert not changed.reused and changed.content_hash != first.content_hash


def only_adapted(root: Path):
    (drop,) = ingested(root)
    assert drop.read == drop.accepted + drop.refused + drop.filtered
    return drop


def edit(root: Path, name: str, change) -> list[str]:
    """Changes the lines of one of the files; returns its header."""
    (path,) = folder(root).glob(f"{name}*")
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([header, *change(header.split(","), lines)]) + "\n")
    return header.split(",")


def test_bad_rows_are_told_by_the_line_of_the_legal_units(tmp_path):
    sirene_files.write(folder(tmp_path), units=UNITS)

    def spoil(header, lines):
        siren = lines[10].split(",")[0]  # line 12: a co-operative
        lines[10] = lines[10].replace(siren, siren[:8] + str((int(siren[8]) + 1) % 10), 1)
        lines[20] = lines[20].replace("2015-03-01", "2015-02-30")
        lines[31] = lines[31].split(",")[0]  # line 33: cut short
        return [*lines, lines[40]]  # a siren that comes twice

    edit(tmp_path, "StockUniteLegale", spoil)
    edit(tmp_path, "StockEtablissement", lambda header, lines: [*lines, "torn"])
    drop = only_adapted(tmp_path)
    assert findings(drop, "repaired") == [(22, "dateCreationUniteLegale", "unreadable_date")]
    refused = {(r["line"], r["reason_code"]): r for r in rows(drop, "refused")}
    torn = 2 * UNITS + 2
    assert set(refused) == {
        (12, "siren_check"), (33, "too_few_columns"), (UNITS + 2, "repeated_key"),
        (torn, "too_few_columns"),
    }  # fmt: skip
    assert refused[torn, "too_few_columns"]["value"] == f"StockEtablissement_utf8.csv:{torn}: torn"
    assert "categorieJuridiqueUniteLegale" in refused[12, "siren_check"]["row_json"]
    assert drop.read == UNITS + 1 + 2 * UNITS + 1


def test_two_head_offices_and_none(tmp_path):
    """The unit's own number decides between two; without one the place is unknown."""
    sirene_files.write(folder(tmp_path), units=40)

    def seats(header, lines):
        siege, commune = (
            header.index("etablissementSiege"),
            header.index("codeCommuneEtablissement"),
        )
        changed = []
        for line in lines:
            cells = line.split(",")
            unit = int(cells[0][:8]) - 10_000_000
            if unit == 10:
                cells[siege] = "true"
            if unit == 20:
                cells[siege] = "false"
            if unit == 30:
                cells[commune] = "[ND]"
                cells[header.index("codePostalEtablissement")] = "[ND]"
                cells[header.index("libelleCommuneEtablissement")] = "[ND]"
            changed.append(",".join(cells))
        return changed

    edit(tmp_path, "StockEtablissement", seats)
    drop = only_adapted(tmp_path)
    found = {row["line"] - 2: row["commune_code"] for row in rows(drop)}
    assert found == {0: "44109", 10: "44109", 20: None, 30: None}
    assert drop.repaired == 0


@pytest.mark.middle
def test_the_build_knows_forms_exits_and_what_was_filtered(tmp_path):
    sirene_files.write(folder(tmp_path), units=UNITS)
    units, _ = frames(folder(tmp_path))
    kept = units[units["categorieJuridiqueUniteLegale"].isin(COOPERATIVE)]
    with make_build(tmp_path, {}) as con:
        forms = dict(
            con.execute("SELECT form, count(*) FROM marts.cooperatives GROUP BY form").fetchall()
        )
        gone = con.execute("SELECT count(*) FROM marts.cooperatives WHERE exited_on IS NOT NULL")
        assert gone.fetchall() == [((kept["etatAdministratifUniteLegale"] == "C").sum(),)]
        counts = con.execute(
            "SELECT read_rows, accepted_rows, refused_rows, filtered_rows FROM quality.files"
        ).fetchall()
    categories = kept["categorieJuridiqueUniteLegale"].value_counts()
    assert forms == {
        "scop": categories["5458"] + categories["5558"],
        "unknown": categories["5460"],  # perhaps a SCIC or a CAE: Sirene does not say
        "other": categories["6316"],
    }
    assert counts == [(3 * UNITS, UNITS // 10, 0, 3 * UNITS - UNITS // 10)]
    result = make.build(tmp_path / "raw", tmp_path / "warehouse")
    assert result.sources["cooperatives"] == {
        "files": 1, "reused": 1, "read": 3 * UNITS, "accepted": UNITS // 10, "refused": 0,
        "repaired": 0, "filtered": 3 * UNITS - UNITS // 10,
    }  # fmt: skip


def test_the_sidecar_of_the_folder_says_its_date_and_mode_and_nothing_else(tmp_path):
    place = tmp_path / "raw" / "cooperatives" / "sirene"
    sirene_files.write(place, units=UNITS)
    drop = only_adapted(tmp_path)
    assert (drop.as_of_origin, drop.mode) == ("rows", "delta")
    beside = place.with_name("sirene.toml")
    beside.write_text('as_of = 2026-11-02\nmode = "snapshot"\n')
    drop = only_adapted(tmp_path)
    assert (drop.as_of, drop.as_of_origin, drop.mode) == (date(2026, 11, 2), "sidecar", "snapshot")
    beside.write_text('[rename]\nname = "x"\n')
    (problem,) = problems(tmp_path)
    assert problem.code == "sidecar_key" and "as_of, mode, synthetic" in problem.remedy_en


def test_check_understands_the_folder(tmp_path, capsys):
    sirene_files.write(folder(tmp_path), units=UNITS)
    assert main(["check", str(folder(tmp_path)), "--source", "cooperatives"]) == 0
    assert "50 accepted, 0 refused, 1450 filtered out" in capsys.readouterr().out


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: next(place.glob("StockEtab*")).unlink(),
        lambda place: next(place.glob("StockUnite*")).unlink(),
        lambda place: (place / "StockUniteLegaleHistorique_utf8.csv").write_text("siren\n"),
        lambda place: (place / "liste.csv").write_text("siren\n552100554\n"),
        lambda place: [shutil.move(p, place.parent / p.name) for p in list(place.iterdir())],
    ],
)
def test_the_two_files_stand_alone_in_a_folder_of_their_own(tmp_path, spoil):
    sirene_files.write(folder(tmp_path), units=20)
    spoil(folder(tmp_path))
    found = problems(tmp_path)
    assert {problem.code for problem in found} == {"sirene_files"}
    for problem in found:
        assert "cooperatives/sirene-2026-11-01/" in problem.remedy_en
        assert "dossier" in problem.remedy_fr


def test_what_is_no_stock_of_sirene_is_refused(tmp_path):
    sirene_files.write(folder(tmp_path), units=9)
    for path in folder(tmp_path).iterdir():
        path.write_text(path.read_text().replace("6316", "5499").replace("5458", "5499"))
    assert problems(tmp_path)[0].code == "sirene_none"
    edit(tmp_path, "StockUniteLegale", lambda header, lines: lines)
    (path,) = folder(tmp_path).glob("StockUniteLegale*")
    path.write_text(path.read_text().replace("categorieJuridiqueUniteLegale", "categorie"))
    (problem,) = problems(tmp_path)
    assert problem.code == "sirene_header" and "categorieJuridique" in problem.reason_fr


def test_an_archive_that_is_cut_short_says_so(tmp_path):
    sirene_files.write(folder(tmp_path), units=UNITS)
    (path,) = folder(tmp_path).glob("StockUniteLegale*")
    zipped(path)
    packed = path.with_suffix(".zip")
    packed.write_bytes(packed.read_bytes()[:-200])
    assert problems(tmp_path)[0].code == "truncated"


def test_other_drops_of_co_operatives_stand_beside(tmp_path):
    sirene_files.write(folder(tmp_path), units=20)
    drop_text(tmp_path, "cooperatives", "siren,form\n552100554,scic\n", "own-2026-11-01.csv")
    assert [drop.accepted for drop in ingested(tmp_path)] in ([2, 1], [1, 2])


def test_the_real_extract_split_into_the_two_files(tmp_path):
    """Real units with their defects (5458.0, BOM), put under the official headers."""
    name = "sirene_cooperatives_numerique_extrait.csv"
    source = pd.read_csv(
        shared_file(f"real/{name}"), dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    official = {
        "siren": "siren", "denomination": "denominationUniteLegale",
        "sigle": "sigleUniteLegale", "naf": "activitePrincipaleUniteLegale",
        "categorie_juridique": "categorieJuridiqueUniteLegale",
        "date_creation": "dateCreationUniteLegale",
    }  # fmt: skip
    units = source[list(official)].rename(columns=official)
    units["etatAdministratifUniteLegale"] = source["est_active"].map({"True": "A", "False": "C"})
    seats = source[["siren", "siret_siege"]].assign(etablissementSiege="true")
    place = folder(tmp_path)
    place.mkdir(parents=True)
    units.to_csv(place / "StockUniteLegale_utf8.csv", index=False, encoding="utf-8-sig")
    seats.to_csv(place / "StockEtablissement_utf8.csv", index=False)
    drop = only_adapted(tmp_path)
    category = source["categorie_juridique"].str[:4]
    assert drop.accepted == category.isin(COOPERATIVE).sum() and drop.refused == 0
    got = pd.DataFrame(rows(drop)).set_index("siren")
    kept = source[category.isin(COOPERATIVE)].set_index("siren")
    assert (got["legal_category"] == kept["categorie_juridique"].str[:4]).all()
    assert (got["is_active"] == (kept["est_active"] == "True")).all()
    assert (got["name"] == kept["denomination"]).all()
    assert (got["registered_on"].astype(str) == kept["date_creation"]).all()
