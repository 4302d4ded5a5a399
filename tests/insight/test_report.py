"""The founders' report shows what pandas counts in the dropped rows, on paper and in cells."""

import datetime as dt
import io
import re
import shutil
import socket
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pypdfium2
import pytest

from etl import layers
from etl.__main__ import main
from etl.build import make, warehouse
from etl.insight import report
from etl.insight.digest import digest
from etl.insight.partner_cells import Withheld
from etl.insight.report import drawing
from etl.insight.report.model import Classes
from etl.words import catalogue
from etl.words.words import Words
from tests import overview_market as market
from tests.market import write_drops
from tests.words.test_i18n import texts_of

NOW, EARLIER = ("2025-11", "2026-10"), ("2024-11", "2025-10")


def plain(text: str) -> str:
    """A text with its spaces made alike: a PDF gives back narrow ones as it likes."""
    return re.sub(r"\s+", " ", text)


def pages(pdf: bytes) -> list[str]:
    """The text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    return [plain(page.get_textpage().get_text_range()) for page in document]


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def rows_of(sheet) -> list[tuple]:
    return list(sheet.iter_rows(values_only=True))


@pytest.fixture(scope="module")
def rows() -> market.Market:
    return market.make()


@pytest.fixture(scope="module")
def home(rows: market.Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two builds: the drops of August, then those of October and a target."""
    folder = tmp_path_factory.mktemp("report")
    august = {name: text for name, text in rows.drops.items() if "2026-08" in name}
    target = "metric,target,due_on\nfill_rate,0.655,2027-12-31\n"
    target += "coverage_population,1,2027-12-31\n"
    for drops in (august, rows.drops | {"targets/2026-10-31.csv": target}):
        result = make.build(write_drops(folder / "raw", drops), folder / "warehouse")
        assert result.is_published, result.checks_failed
    return folder / "warehouse"


@pytest.fixture(scope="module")
def french(home: Path) -> bytes:
    return report.make(home, "founders", "fr", "pdf")


@pytest.fixture(scope="module")
def english(home: Path) -> bytes:
    return report.make(home, "founders", "en", "pdf")


@pytest.fixture(scope="module")
def workbook(home: Path) -> openpyxl.Workbook:
    return book(report.make(home, "founders", "en", "xlsx"))


def coverage(rows: market.Market) -> float:
    covered = market.reached(rows, market.AS_OF) >= 3
    people = rows.communes.set_index("commune_code")["population"]
    return covered.mul(people, axis=0).to_numpy().sum() / (people.sum() * len(market.DOMAINS))


@pytest.mark.middle
def test_the_headlines_are_those_counted_in_the_rows(rows, french, english):
    filled, known, _ = market.fill(market.in_months(rows, *NOW), 14)
    low, high = market.wilson(filled, known)
    before, known_before, _ = market.fill(market.in_months(rows, *EARLIER), 14)
    words = report.ReportWords("fr")
    change = words.points(filled / known - before / known_before)
    page = pages(french)[0]
    for said in (
        words.share(filled / known), f"n = {known} demandes", words.confidence(low, high), change,
        words.share(1 - filled / known), words.percent(coverage(rows), 1), "objectif 65,5 %",
        str(len(market.active(rows, market.AS_OF))),
    ):  # fmt: skip
        assert plain(said) in page, said
    english_words = report.ReportWords("en")
    page = pages(english)[0]
    assert plain(english_words.confidence(low, high)) in page
    assert english_words.share(filled / known) in page and "65.5%" in page


@pytest.mark.middle
def test_the_workbook_holds_true_numbers(rows, workbook):
    filled, known, _ = market.fill(market.in_months(rows, *NOW), 14)
    head, *figures = rows_of(workbook["Key figures"])
    told = {row[0]: dict(zip(head, row, strict=True)) for row in figures}
    fill = told["Fill rate"]
    assert fill["Value"] == pytest.approx(filled / known) and fill["n"] == known
    bounds = (fill["Low (95%)"], fill["High (95%)"])
    assert bounds == pytest.approx(market.wilson(filled, known))
    assert fill["Target"] == 0.655
    assert told["People covered"]["Value"] == pytest.approx(coverage(rows))
    assert told["Active providers"]["Value"] == len(market.active(rows, market.AS_OF))
    months = rows_of(workbook["Fill rate, month by month"])
    october = next(row for row in months if row[0] == dt.datetime(2026, 9, 1))
    posted = market.in_months(rows, "2026-09", "2026-09")
    assert october[1] == len(posted)
    for sheet in workbook:
        assert sheet.freeze_panes == "A2"
        for line in sheet.iter_rows(min_row=2):
            assert not [cell for cell in line if cell.data_type == "f"]


@pytest.mark.middle
def test_map_and_heatmap_hold_what_pandas_counts(rows, workbook):
    people = rows.communes.set_index("commune_code")
    covered = (market.reached(rows, market.AS_OF) >= 3).mul(people["population"], axis=0)
    by_place = covered.groupby(people["departement_code"]).sum().sum(axis=1)
    everybody = people.groupby("departement_code")["population"].sum() * len(market.DOMAINS)
    shares = (by_place / everybody).to_dict()
    told = {row[1]: row[3] for row in rows_of(workbook["Coverage by département"])[1:]}
    assert told == pytest.approx(shares) and len(told) == 101
    head, *lines = rows_of(workbook["Domains by region"])
    by_region = covered.groupby(people["region_code"]).sum()
    persons = people.groupby("region_code")["population"].sum()
    bretagne = head.index("Bretagne")
    gardening = next(row for row in lines if row[0] == "Light gardening")
    assert gardening[bretagne] == pytest.approx(by_region.loc["53", "gardening"] / persons["53"])
    assert len(head) == 1 + 18 and len(lines) == len(market.DOMAINS) + 1


@pytest.mark.middle
@pytest.mark.parametrize(
    ("asked", "areas", "domain"),
    [
        (["--region", "53", "--domain", "gardening"], ["22", "29", "35", "56"], "gardening"),
        (["--departement", "35", "--departement", "75"], ["35", "75"], None),
    ],
)
def test_a_part_of_the_market_is_counted_alone(home, rows, tmp_path, asked, areas, domain):
    out = tmp_path / "part.xlsx"
    command = ["report", "--for", "founders", "--warehouse", str(home), "--lang", "en"]
    assert main([*command, "--out", str(out), *asked]) == 0
    sheets = openpyxl.load_workbook(out)
    head, *figures = rows_of(sheets["Key figures"])
    told = {row[0]: dict(zip(head, row, strict=True)) for row in figures}
    domains = [domain] if domain else market.DOMAINS
    places = rows.communes.set_index("commune_code")
    home_of = places["departement_code"]
    posted = market.in_months(rows, *NOW)
    posted = posted[posted["commune_code"].map(home_of).isin(areas)]
    posted = posted[posted["domain"].isin(domains)] if domain else posted
    filled, known, _ = market.fill(posted, 14)
    assert told["Fill rate"]["Value"] == pytest.approx(filled / known)
    assert told["Fill rate"]["n"] == known
    offered = market.active(rows, market.AS_OF)
    here = offered["commune_code"].map(home_of).isin(areas)
    serves = offered["domains"].str.split("|").map(lambda own: bool({*own} & {*domains}))
    assert told["Active providers"]["Value"] == int((here & serves).sum())
    covered = (market.reached(rows, market.AS_OF) >= 3)[domains].mul(places["population"], axis=0)
    inside = home_of.isin(areas)
    people = places["population"][inside].sum() * len(domains)
    assert told["People covered"]["Value"] == pytest.approx(
        covered[inside.to_numpy()].to_numpy().sum() / people
    )
    told_of = {row[1] for row in rows_of(sheets["Coverage by département"])[1:]}
    assert told_of == {*areas}
    names = {"22": "Côtes-d'Armor", "29": "Finistère", "35": "Ille-et-Vilaine", "56": "Morbihan"}
    gaps = {row[1] for row in rows_of(sheets["The worst gaps"])[1:] if row[1]}
    assert gaps and gaps <= {(names | {"75": "Paris"})[area] for area in areas}
    assert main([*command, "--out", str(out.with_suffix(".pdf")), *asked]) == 0
    first = pages(out.with_suffix(".pdf").read_bytes())[0]
    assert ("Bretagne" if domain else "Ille-et-Vilaine, Paris") in first


def test_every_figure_is_defined_as_its_metric_says(workbook, french):
    defined = {row[0]: row[1] for row in rows_of(workbook["Definitions"])[1:]}
    told = "".join(pages(french))
    for metric in ("coverage_population", "fill_rate", "zero_response", "gap", "deserts"):
        header = layers.read_sql(layers.FOLDERS["metrics"] / f"{metric}.sql").header
        assert defined[header["label"]] == header["why"]
        assert plain(catalogue.gettext(header["why"], "fr")) in told
    about = dict(row[:2] for row in rows_of(workbook["About"])[1:])
    assert about["Data as of"] == dt.datetime(2026, 10, 31)
    assert "k = 3" in about["Settings"]


def test_the_pdf_tells_what_it_is(home, french):
    document = pypdfium2.PdfDocument(french)
    told = document.get_metadata_dict()
    assert told["Title"] == "L’état de l’offre et de la demande" and told["Author"] == "Maillage"
    assert "20261031" in told["CreationDate"]
    assert b"<dc:language><rdf:Bag><rdf:li>fr</rdf:li>" in french and b"<pdfuaid:part>1<" in french
    assert 4 <= len(document) <= 6
    texts = pages(french)
    for number, text in enumerate(texts, 1):
        assert f"Page {number} / {len(document)}" in text
        assert warehouse.served_build(home) in text
        assert document[number - 1].get_size() == pytest.approx((595.3, 841.9), abs=0.2)


def test_fonts_are_inside_and_pictures_are_lines(french):
    assert french.count(b"/FontFile") > 0
    document = pypdfium2.PdfDocument(french)
    kinds = [item.type for page in document for item in page.get_objects()]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_PATH) > 200


@pytest.mark.middle
def test_the_same_build_gives_the_same_bytes(home, french):
    assert report.make(home, "founders", "fr", "pdf") == french
    made = [report.make(home, "founders", "fr", "xlsx") for _ in range(2)]
    assert made[0] == made[1]
    assert book(made[0]).properties.created == dt.datetime(2026, 10, 31)
    assert book(made[0]).properties.modified == dt.datetime(2026, 10, 31)


def test_nothing_is_asked_of_a_network(home, french, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert report.make(home, "founders", "fr", "pdf") == french
    for template in Path(report.__file__).parent.rglob("*.typ"):
        assert not re.search(r"@\w+/|#import|https?:", template.read_text(encoding="utf-8"))


def test_what_changed_is_the_digests_word(home, english):
    page = pages(english)[0]
    for line in digest(home, language="en", form="md").splitlines():
        if "fell below 3 providers" in line or "rose to 3 providers" in line:
            assert plain(line.replace("\\", "").strip()) in page


@pytest.mark.long
def test_a_first_build_without_requests_says_so(rows, tmp_path):
    drops = {"providers/2026-08-31.csv": rows.drops["providers/2026-08-31.csv"]}
    make.build(write_drops(tmp_path / "raw", drops), tmp_path / "warehouse")
    page = pages(report.make(tmp_path / "warehouse", "founders", "en", "pdf"))[0]
    assert "This is the first build" in page
    told = rows_of(
        book(report.make(tmp_path / "warehouse", "founders", "en", "xlsx"))["Key figures"]
    )
    fill = next(row for row in told if row[0] == "Fill rate")
    assert fill[1] == "no data"


@pytest.mark.middle
def test_a_build_of_nothing_but_requests_claims_no_supply(rows, tmp_path):
    drops = {name: text for name, text in rows.drops.items() if name.startswith("requests")}
    make.build(write_drops(tmp_path / "raw", drops), tmp_path / "warehouse")
    told = rows_of(
        book(report.make(tmp_path / "warehouse", "founders", "en", "xlsx"))["Key figures"]
    )
    assert next(row for row in told if row[0] == "People covered")[1] == "no data"


@pytest.mark.middle
def test_markup_in_data_stays_text(tmp_path):
    name = '#panic("x") *a* <i> $x$ @b =c'
    drops = {
        "providers/2026-10-31.csv": "provider_id,domains,commune_code,joined_on\n"
        "P1,gardening,35238,2025-01-01\n",
        "events/2026-10-31.csv": f'on,label\n2026-06-01,"{name.replace(chr(34), chr(34) * 2)}"\n',
    }
    requests = "request_id,domain,commune_code,created_at,status,filled_at\n" + "".join(
        f"R{month},gardening,35238,2026-{month:02}-02T10:00,filled,2026-{month:02}-03T10:00\n"
        for month in range(1, 10)
    )
    drops["requests/2026-10-31.csv"] = requests
    make.build(write_drops(tmp_path / "raw", drops), tmp_path / "warehouse")
    page = pages(report.make(tmp_path / "warehouse", "founders", "en", "pdf"))[0]
    assert plain(name) in page


def sentences(language: str) -> set[str]:
    """The whole sentences of the reports in one language."""
    folder = Path(report.__file__).parent
    texts = {text for path in folder.rglob("*.py") for (text, *_) in texts_of(path)}
    said = {plain(catalogue.gettext(text, language)) for text in texts}
    return {text for text in said if len(text) > 12 and "{" not in text}


def test_no_word_of_the_other_language_is_left(french, english):
    whole = {"fr": " ".join(pages(french)), "en": " ".join(pages(english))}
    for language, other in (("fr", "en"), ("en", "fr")):
        said = sentences(language) - sentences(other)
        assert sum(text in whole[language] for text in said) > 15
        assert not [text for text in said if text in whole[other]]


def test_numbers_are_written_as_the_language_does():
    french, english = report.ReportWords("fr"), report.ReportWords("en")
    assert french.percent(0.1234, 1) == "12,3\u202f%" and english.percent(0.1234, 1) == "12.3%"
    assert french.euros(1234) == "1\u202f234\u202f€" and english.euros(1234) == "€1,234"
    assert french.share(0.0004) == "< 0,1\u202f%" and english.share(0.9999) == "> 99.9%"
    assert french.points(-0.0123) == "−1,2 pt" and french.quarter("2026-Q3") == "T3 2026"
    assert french.percent(float("nan")) == "–" and Words("fr").number(None) == "–"
    assert french.listed("ab") == "a ; b" and english.listed("ab") == "a; b"


def test_the_command_writes_the_report_and_tells_what_is_wrong(home, tmp_path, capsys, french):
    out = tmp_path / "état.PDF"
    asked = ["report", "--for", "founders", "--warehouse", str(home), "--lang", "fr", "--out"]
    assert main([*asked, str(out)]) == 0 and out.read_bytes() == french
    with pytest.raises(SystemExit) as misused:
        main([*asked, str(tmp_path / "report.docx")])
    assert misused.value.code == 2 and ".xlsx" in capsys.readouterr().err
    with pytest.raises(SystemExit) as misused:
        main(["report", "--for", "everybody", "--out", str(out)])
    assert misused.value.code == 2
    for wrong in (["--domain", "gardening", "--domain", "handyman"], ["--region", "99"]):
        with pytest.raises(SystemExit) as misused:
            main([*asked, str(out), *wrong])
        assert misused.value.code == 2
    assert main([*asked[:3], "--warehouse", str(tmp_path / "none"), "--out", str(out)]) == 1
    assert "no build is served" in capsys.readouterr().err
    bare = shutil.copytree(home, tmp_path / "bare", symlinks=True)
    (bare / "current" / "partners.duckdb").unlink()
    assert main(["report", "--for", "partners", "--warehouse", str(bare), "--out", str(out)]) == 1
    assert "no tables for partners" in capsys.readouterr().err
    assert main([*asked, str(tmp_path / "no folder" / "x.pdf")]) == 1
    assert not (tmp_path / "no folder").exists()
    capsys.readouterr()


def test_a_build_of_another_version_is_named(home, tmp_path):
    copy = shutil.copytree(home, tmp_path / "warehouse", symlinks=True)
    path = warehouse.build_folder(copy, str(warehouse.served_build(copy))) / warehouse.DATABASE
    with duckdb.connect(str(path)) as connection:
        connection.execute("DROP TABLE marts.targets")
    with pytest.raises(warehouse.WarehouseError, match="other_version"):
        report.make(copy, "founders", "en", "pdf")


def test_targets_and_refusals_stand_there(workbook):
    targets = rows_of(workbook["Targets"])
    assert [row[3] for row in targets[1:]] == [1, 0.655]
    assert isinstance(targets[1][5], dt.datetime)
    loaded = {row[0]: row for row in rows_of(workbook["What was loaded"])[1:]}
    assert loaded["requests"][4] >= 1  # the row without a key
    reasons = pd.DataFrame(rows_of(workbook["Why rows were refused and values re"[:31]])[1:])
    assert (reasons[1] == "refused").any()


def test_zero_no_data_and_withheld_look_different_on_a_map():
    classes = Classes((0.1, 0.5, 0.9), str)
    steps = [drawing.fill_of(value, classes) for value in (0.05, 0.1, 0.5, 0.9)]
    apart = {drawing.fill_of(value, classes) for value in (0, None, float("nan"), Withheld())}
    assert len(set(steps)) == 4 and len(apart) == 3 and not apart & set(steps)
    light = [sum(int(shade[i : i + 2], 16) for i in (1, 3, 5)) for shade in steps]
    assert light == sorted(light, reverse=True)  # a grey print keeps the order
    drawn = drawing.area_map("departement", {"35": 0.95, "2A": Withheld()}, classes, 400)
    assert drawn.count(f'fill="{drawing.HIDDEN}"') == 1 and drawn.count(f'fill="{steps[3]}"') == 1
    assert drawn.count(f'fill="{drawing.EMPTY}"') >= 99
    for name in ("Guadeloupe", "La Réunion", "Mayotte", "Île-de-France"):
        assert f">{name}</text>" in drawn
