"""The partners' report shows what stands in partners.duckdb, and withheld values as withheld."""

import datetime as dt
import json
import re
from pathlib import Path

import duckdb
import pandas as pd
import pypdfium2
import pytest

from etl import layers
from etl.__main__ import main
from etl.build import make, warehouse
from etl.insight import report
from etl.insight.partner_cells import Cells, Withheld, ratio, total
from etl.insight.report.partners import work
from tests import overview_market as market
from tests.market import write_drops
from tests.partners_fixture import CELLS, with_partners
from tests.test_report import book, pages, rows_of, sentences

FEW, SECONDARY = "withheld (too few)", "withheld (by subtraction)"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse whose one build has a partners.duckdb written by hand."""
    folder = tmp_path_factory.mktemp("partners")
    result = make.build(write_drops(folder / "raw", market.make().drops), folder / "founders")
    assert result.is_published, result.checks_failed
    return with_partners(folder / "founders", folder / "warehouse")


@pytest.fixture(scope="module")
def english(home: Path) -> list[str]:
    return pages(report.make(home, "partners", "en", "pdf"))


@pytest.fixture(scope="module")
def french(home: Path) -> list[str]:
    return pages(report.make(home, "partners", "fr", "pdf"))


@pytest.fixture(scope="module")
def workbook(home: Path):
    return book(report.make(home, "partners", "en", "xlsx"))


def test_the_headlines_are_the_published_figures(english, french):
    first = english[0]
    for said in (
        "37 co-operatives are living", "9 births and 2 exits: +7 net", "+7 over a year", "341",
        "+29 over a year", "52", "17", "86%", "45%", "€345,678", "6.5%",
    ):  # fmt: skip
        assert said in first, said
    assert "37 coopératives sont en vie" in french[0] and "345 678 €" in french[0]
    assert "du T3 2026" in french[0] and "of Q3 2026" in first


def test_withheld_is_a_word_with_its_reason_never_a_number(english, workbook):
    flows = rows_of(workbook["Jobs created, lost and kept"])
    assert flows[1][:5] == (2025, 52, SECONDARY, SECONDARY, 17)
    assert flows[2][:5] == (2024, 40, 15, 25, FEW)
    jobs = next(page for page in english if "How many jobs, and how good?" in page)
    assert "2025 52 withheld ² withheld ² 17 341 288" in jobs
    assert "2024 40 15 +25 withheld ¹ 312 –" in jobs
    assert "¹ withheld: too few contributors" in jobs and "² withheld: it would give" in jobs
    assert "lost withheld ²" in jobs  # the sentence too


def test_compliance_has_unknown_as_an_answer(english, workbook):
    told = rows_of(workbook["Do Scop keep to their form"])
    assert told[1:4] == [
        ("Comply", 31, pytest.approx(0.775)), ("Do not comply", FEW, FEW),
        ("Do not say", SECONDARY, SECONDARY),
    ]  # fmt: skip
    (jobs,) = (page for page in english if "Do Scop keep to their form?" in page)
    assert "Comply 31 78%" in jobs and "what it does not say stays unknown" in english[-1]


def test_a_share_of_a_withheld_value_is_withheld(workbook):
    lasting = rows_of(workbook["Lasting, qualified, shared"])
    assert lasting[1] == (2025, 200, pytest.approx(0.855), FEW, pytest.approx(0.45))
    supply = {row[0]: row for row in rows_of(workbook["By region"])[1:]}
    head = rows_of(workbook["By region"])[0]
    bretagne = dict(zip(head, supply["Bretagne"], strict=True))
    assert bretagne["Living"] == 12 and bretagne["Jobs"] == 123 and bretagne["Under way"] == 14
    assert bretagne["Share of hires"] == FEW
    assert bretagne["Share of supply"] == 0  # no co-operative among the 40: a true zero
    ile_de_france = dict(zip(head, supply["Île-de-France"], strict=True))
    assert ile_de_france["Jobs"] == FEW and ile_de_france["Under way"] == FEW
    assert supply["Corse"][head.index("Jobs")] == "no data"


def test_the_funnel_adds_up_only_years_shown_through_all_steps(english, workbook):
    told = next(page for page in english if "from project to co-operative" in page)
    assert "Of 24 projects received in 2022, 19 were supported, 13 financed and 11 regis" in told
    funnel = rows_of(workbook["Funnel by year of receipt"])
    assert funnel[1] == (2023, 21, 12, FEW, SECONDARY)
    times = rows_of(workbook["How long each step takes"])
    assert times[1] == ("Received", "Supported", 45, 30, 77, "not reached")
    assert times[2][2:] == (FEW, FEW, FEW, FEW)


def test_where_no_year_may_be_shown_whole_the_funnel_is_of_the_most_told():
    def cell(year: int, step: str, value: float | None) -> dict:
        status = "withheld" if value is None else "shown"
        return {
            "table_name": "funnel", "measure": step, "period": str(year), "territory_code": "FR",
            "territory_level": "country", "scope_code": "all", "breakdown": "all",
            "status": status, "value": value, "reason": None if value else "few",
        }  # fmt: skip

    steps = ("received", "supported_24m", "financed_24m", "registered_24m")

    def years(**told: tuple) -> tuple[list[str], bool]:
        rows = [
            cell(int(year[1:]), step, value)
            for year, values in told.items()
            for step, value in zip(steps, values, strict=True)
        ]
        return work._funnel_years(Cells(pd.DataFrame(rows)))

    few = (None, None, None, None)
    assert years(y2019=(21, 16, None, None), y2020=(None, 18, 14, None), y2021=few) == (
        ["2019"], False,
    )  # fmt: skip
    assert years(y2019=(21, 16, None, None), y2020=(22, 18, 14, 11)) == (["2020"], True)
    assert years(y2019=(21, 16, None, None), y2020=(22, 18, None, None)) == (["2020"], False)
    assert years(y2021=few) == ([], False)


def test_survival_carries_its_band_and_what_cannot_be_told(english, workbook):
    told = next(page for page in english if "Do they last?" in page)
    assert "73% survive 5 years (95% interval 61% – 83%; n = 60)" in told
    assert "cannot be told: the register shows the living only" in told
    benchmarks = rows_of(workbook["What others publish, with cohort and scope"[:31]])
    assert benchmarks[1][:6] == (
        "All enterprises", "France, without micro-enterprises", 2018, 2023, 5, 0.69,
    )  # fmt: skip
    survival = rows_of(workbook["Survival by origin and birth co"])
    assert survival[1][3] == 0.81 and survival[1][7:9] == (0.70, 0.89)


def test_where_next_names_the_nearest_cae(workbook):
    openings = rows_of(workbook["Unmet demand by département and"])
    assert openings[1] == ("Ille-et-Vilaine", "Light gardening", 33, 58, 14,
                           "L’Œuvre commune (12 km)")  # fmt: skip
    assert openings[2][:4] == ("Finistère", "Light gardening", FEW, FEW)


def test_the_note_counts_what_is_withheld(english):
    cells = [cell for cells in CELLS.values() for cell in cells]
    hidden = sum(isinstance(cell[3], str) for cell in cells) + 1  # and one of two openings
    note = f"Here {hidden} of {len(cells) + 2} protected figures are withheld"
    assert any(note in page for page in english)
    assert any("fewer than 3 contributors" in page and "85%" in page for page in english)


def test_no_withheld_cell_is_empty_or_zero(workbook):
    words = [cell.value for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert words.count(FEW) >= 10 and words.count(SECONDARY) >= 3
    for sheet in workbook.worksheets[:-2]:
        width = len([cell for cell in sheet[1] if cell.value])
        for row in sheet.iter_rows(min_row=2, max_row=2, max_col=width, values_only=True):
            assert not [value for value in row if value is None] or sheet.title == "Key figures"
        assert sheet.freeze_panes == "A2"
    assert dict(rows_of(workbook["About"])[1:])["Data as of"] == dt.datetime(2026, 10, 31)
    assert len(rows_of(workbook["Definitions"])) >= 8


def test_nothing_but_the_partners_file_is_read(home, tmp_path):
    """The report of a build whose founders' database is gone is the same, byte for byte."""
    wanted = report.make(home, "partners", "fr", "pdf")
    served = warehouse.build_folder(home, str(warehouse.served_build(home)))
    database, aside = served / warehouse.DATABASE, tmp_path / "aside.duckdb"
    content = database.read_bytes()
    aside.write_bytes(content)
    try:
        database.write_bytes(b"")
        assert report.make(home, "partners", "fr", "pdf") == wanted
    finally:
        database.write_bytes(content)
    for path in (Path(report.__file__).parent / "partners").glob("*.sql"):
        tables = re.findall(r"\b(?:FROM|JOIN) (\w+)\.", path.read_text(encoding="utf-8"))
        assert set(tables) <= {"published", "reference", "quality"}


def test_an_empty_list_makes_a_report_that_says_so(home, tmp_path):
    copy = with_partners(home, tmp_path / "warehouse")
    served = warehouse.build_folder(copy, str(warehouse.served_build(copy)))
    with duckdb.connect(str(served / "partners.duckdb")) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'published'"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"DELETE FROM published.{name}")
    told = " ".join(pages(report.make(copy, "partners", "en", "pdf")))
    assert "No project is loaded." in told and "cannot be told from this register" in told
    assert "withheld ¹" not in told
    book(report.make(copy, "partners", "fr", "xlsx"))


def test_a_build_without_the_file_tells_why(home, tmp_path, capsys):
    copy = with_partners(home, tmp_path / "warehouse")
    served = warehouse.build_folder(copy, str(warehouse.served_build(copy)))
    (served / "partners.duckdb").unlink()
    about = json.loads((served / "manifest.json").read_text(encoding="utf-8"))
    about["partners"] = {"published": False, "why": "the audit failed"}
    about[warehouse.SEAL] = warehouse.seal(about)
    (served / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    asked = ["report", "--for", "partners", "--warehouse", str(copy), "--out"]
    assert main([*asked, str(tmp_path / "x.pdf")]) == 1
    assert "the audit failed" in capsys.readouterr().err
    assert not (tmp_path / "x.pdf").exists()


def test_the_pdf_is_whole_in_both_languages(home, french, english):
    assert 6 <= len(french) == len(english) <= 8
    made = report.make(home, "partners", "fr", "pdf")
    assert made == report.make(home, "partners", "fr", "pdf")
    told = pypdfium2.PdfDocument(made).get_metadata_dict()
    assert told["Title"] == "Les coopératives de services à la personne"
    whole = {"fr": " ".join(french), "en": " ".join(english)}
    for language, other in (("fr", "en"), ("en", "fr")):
        for said in sentences(language) - sentences(other):
            assert len(said) <= 15 or said not in whole[other]


def test_cells_keep_zero_unknown_and_withheld_apart(home):
    import pandas as pd

    rows = pd.DataFrame(
        [
            ("hires", "2025-Q1", "country", "FR", "all", "all", "hires", 5.0, "shown", None),
            ("jobs", "2025", "country", "FR", "all", "all", "employees", None, "withheld", "few"),
        ],
        columns=["table_name", "period", "territory_level", "territory_code", "scope_code",
                 "breakdown", "measure", "value", "status", "reason"],
    )  # fmt: skip
    cells = Cells(rows)
    assert cells.of("hires", "hires", "2025-Q1", code="53", level="region") == 0
    assert cells.of("hires", "hires", "2024-Q1") is None
    assert cells.of("jobs", "employees", "2025") == Withheld("few")
    assert cells.of("jobs", "employees", "2025", code="53", level="region") is None
    assert ratio(1.0, Withheld("secondary")) == Withheld("secondary")
    assert ratio(1.0, 0.0) is None and ratio(0.0, 4.0) == 0
    assert total([1.0, Withheld("few")]) == Withheld("few") and total([1.0, None]) is None


@pytest.mark.parametrize("table", CELLS)
def test_the_fixture_names_measures_as_the_published_list_does(table):
    """A measure by another name would read as 0 on a real build, and nobody would see."""
    (file,) = (file for file in layers.files_of("published") if file.name == table)
    for _period, _place, measure, *_ in CELLS[table]:
        assert f"'{measure}'" in file.body
