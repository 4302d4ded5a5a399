"""The partners' report shows what stands in partners.duckdb, and what is withheld by one word."""

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import duckdb
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.__main__ import main
from etl.build import warehouse
from etl.insight import digest, part, report
from etl.insight.partner_cells import Cells, Fewer, Revised, Withheld, ratio, total
from etl.insight.report import drawing
from etl.words.words import Words
from tests.insight.test_report import book, pages, plain, rows_of, sentences
from tests.pages_fixture import run_page

YEAR = 2025  # the last closed one of the sample
HELD = "withheld"
# table, measure, region: withheld, a band, or a figure that an earlier edition told otherwise
PLANTED = [
    ("jobs", "employees", "53", HELD), ("jobs", "employees", "84", (20, 50)),
    ("jobs", "employees", "11", 123.0), ("jobs", "employees", "other", 77.0),
    ("lasting", "permanent_share", "53", (0.5, 0.75)), ("lasting", "member_share", "53", HELD),
    ("project_euros", "financed_eur", "53", HELD), ("project_euros", "agency_eur", "53", HELD),
]  # fmt: skip


def plant(connection: duckdb.DuckDBPyConnection) -> None:
    """Puts cells of known states in the place of what the sample has there."""
    for table, measure, code, told in PLANTED:
        level, code = ("other_regions", "FR") if code == "other" else ("region", code)
        row = [str(YEAR), level, code, measure]
        connection.execute(
            f"DELETE FROM published.{table} WHERE period = $1 AND territory_level = $2"
            " AND territory_code = $3 AND measure = $4", row,
        )  # fmt: skip
        value, low, high = (told, None, None) if isinstance(told, float) else (None, None, None)
        if isinstance(told, tuple):
            low, high = told
        status = "revised" if value and code == "11" else "shown" if value else "withheld"
        connection.execute(
            f"INSERT INTO published.{table} BY NAME SELECT $1 AS period, $2 AS territory_level,"
            " $3 AS territory_code, $4 AS measure, 'all' AS scope_code, 'all' AS breakdown,"
            " $5::DOUBLE AS value, $6::DOUBLE AS low, $7::DOUBLE AS high, $8 AS status",
            [*row, value, low, high, status],
        )


def copy(source: Path, folder: Path) -> duckdb.DuckDBPyConnection:
    """Copies the served build as far as partners see it, and opens its file."""
    made = (source / "current").resolve()
    served = folder / "builds" / made.name
    served.mkdir(parents=True)
    for name in ("manifest.json", warehouse.PARTNERS):
        shutil.copy(made / name, served)
    (served / warehouse.DATABASE).touch()  # not to be read
    (folder / "current").symlink_to(Path("builds") / made.name)
    return duckdb.connect(str(served / warehouse.PARTNERS))


@pytest.fixture(scope="module")
def home(sample_market: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with the sample's partners.duckdb, some cells of it planted, and nothing else."""
    folder = tmp_path_factory.mktemp("partners")
    with copy(sample_market / "warehouse", folder) as connection:
        plant(connection)
    return folder


@pytest.fixture(scope="module")
def told(home: Path) -> duckdb.DuckDBPyConnection:
    """What stands in the file."""
    return warehouse.open_build((home / "current").resolve(), warehouse.PARTNERS)


@pytest.fixture(scope="module")
def english(home: Path) -> list[str]:
    return pages(report.make(home, "partners", "en", "pdf"))


@pytest.fixture(scope="module")
def workbook(home: Path):
    return book(report.make(home, "partners", "en", "xlsx"))


BRETAGNE = part.of({"regions": ["53"]})


@pytest.fixture(scope="module")
def bretagne(home: Path) -> list[str]:
    return pages(report.make(home, "partners", "en", "pdf", BRETAGNE))


@pytest.fixture(scope="module")
def of_bretagne(home: Path):
    return book(report.make(home, "partners", "en", "xlsx", BRETAGNE))


def count(told: duckdb.DuckDBPyConnection, table: str, measure: str, *place: str) -> int:
    """A number of the last closed year, 0 where no row stands."""
    level, code = place or ("country", "FR")
    rows = told.execute(
        f"SELECT value FROM published.{table} WHERE (period, territory_level, territory_code,"
        " scope_code, breakdown, measure) = ($1, $2, $3, 'all', 'all', $4)",
        [str(YEAR), level, code, measure],
    ).fetchall()
    return int(rows[0][0]) if rows else 0


def moves(told: duckdb.DuckDBPyConnection, level: str, code: str) -> tuple[int, int, int]:
    """Living, births and exits of the last closed year."""
    rows = told.execute(
        "SELECT living, births, exits FROM published.cooperatives WHERE dimension = 'all' AND"
        " scope_code = 'all' AND (period, territory_level, territory_code) = ($1, $2, $3)",
        [str(YEAR), level, code],
    ).fetchall()
    return rows[0] if rows else (0, 0, 0)


def test_the_headlines_are_the_published_figures(told, english, home):
    living, births, exits = moves(told, "country", "FR")
    words = Words("en")
    for said in (
        f"{living} co-operatives are living", f"{births} births", words.signed(births - exits),
        f"{count(told, 'projects', 'received')} projects received",
        f"{count(told, 'projects', 'under_way')} under way",
        f"{words.number(count(told, 'openings', 'unmet'))} (rounded)",
        words.number(count(told, "jobs", "employees")),
    ):  # fmt: skip
        assert said in english[0], said
    ((edition, made_on),) = told.execute(
        "SELECT edition, made_on FROM published.edition"
    ).fetchall()
    assert f"Edition {edition}, data as of {words.long_date(made_on)}" in english[0]
    french = pages(report.make(home, "partners", "fr", "pdf"))
    assert f"{living} coopératives sont en vie" in french[0] and f"Édition {edition}" in french[0]
    for said in sentences("en") - sentences("fr"):
        assert len(said) <= 15 or said not in " ".join(french)


def test_withheld_is_one_word_and_a_band_two_ends(workbook, english):
    head, *rows = rows_of(workbook["By region"])
    jobs = {row[0]: row[head.index("Jobs")] for row in rows}
    assert jobs["Bretagne"] == HELD and jobs["Auvergne-Rhône-Alpes"] == "20 to 50"
    assert jobs["Île-de-France"] == 123 and jobs["Other regions together"] == 77
    (cell,) = (c for row in workbook["By region"].iter_rows() for c in row if c.value == 123)
    assert "ʳ" in cell.number_format  # a true number, and its mark
    notes = [row[0] for row in rows_of(workbook["By region"])]
    assert "ʳ revised: an earlier edition told another figure." in notes
    (printed,) = (page for page in english if "By region" in page)
    assert "123 ʳ" in printed and "ʳ revised: an earlier edition" in printed
    assert "20 to 50" in printed and "Other regions together" in printed
    for page in english:
        assert not re.search("[¹²]|too few contributors|by subtraction", page)


def test_a_ratio_of_hidden_cells_lies_between_its_ends(told):
    assert ratio(Fewer(), 40.0) == Withheld(0.025, 0.1)
    assert ratio(1.0, Withheld()) == Withheld() and ratio(1.0, 0.0) is None
    assert total([1.0, Withheld(2, 5)]) == Withheld(3, 6) and total([1.0, None]) is None
    rows = told.execute(
        "SELECT 'jobs' AS table_name, * FROM published.jobs"
        " UNION ALL BY NAME SELECT 'openings' AS table_name, * FROM published.openings"
    ).df()
    cells, place = Cells(rows), {"level": "region", "code": "53"}
    assert cells.of("jobs", "employees", str(YEAR), **place) == Withheld()
    of_france = cells.of("jobs", "employees", str(YEAR), level="region", code="11")
    assert isinstance(of_france, Revised) and of_france == 123
    assert cells.of("jobs", "employees", str(YEAR), level="region", code="none") is None
    assert cells.of("openings", "unmet", str(YEAR), level="region", code="none") == 0
    assert cells.of("openings", "unmet", "1999", **place) is None


def test_projects_and_the_funnel_are_told_as_they_are(told, workbook, english):
    head, newest, *_ = rows_of(workbook["Projects by year"])
    assert newest[0] == YEAR
    for label, measure in (("Received", "received"), ("Financed", "financed"),
                           ("Abandoned", "abandoned"), ("Under way", "under_way")):  # fmt: skip
        assert newest[head.index(label)] == count(told, "projects", measure)
    sums = dict(
        told.execute(
            "SELECT measure, sum(value) FROM published.funnel WHERE territory_level = 'country'"
            " GROUP BY measure"
        ).fetchall()
    )
    (page,) = (page for page in english if "from project to co-operative" in page)
    assert (
        f"within 24 months: {sums['supported_24m']} supported, {sums['financed_24m']} financed,"
        f" {sums['registered_24m']} registered" in page
    )
    years = [
        row for row in rows_of(workbook["Funnel by year of receipt"])[1:] if row[1] is not None
    ]
    assert sum(row[1] for row in years) == sums["received"]


@given(st.lists(st.integers(0, 5000), min_size=2, max_size=5))
def test_the_funnel_is_drawn_true_to_number(numbers):
    numbers = sorted(numbers, reverse=True)
    numbers[0] = max(numbers[0], 1)
    drawn = drawing.funnel([("step", number, "") for number in numbers], width=499)
    bars = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="17"', drawn)
    widths = [float(width) for _, width in bars]
    assert widths == pytest.approx([n * widths[0] / numbers[0] for n in numbers], abs=0.02)
    middles = [float(x) + float(width) / 2 for x, width in bars]
    assert middles == pytest.approx([middles[0]] * len(numbers), abs=0.02)


def test_figures_of_founders_and_reasons_are_gone(workbook, english):
    whole = " ".join(english)
    for gone in ("Do Scop keep to their form", "CAPE", "Jobs of a birth year"):
        assert gone not in whole and gone[:31] not in workbook.sheetnames
    assert "rounded at random to a multiple of 5" in whole
    assert re.search(r"Of [\d,]+ protected figures \d+ are withheld and \d+ told as a band", whole)


def test_a_region_has_a_headline_that_is_never_withheld(told, bretagne, of_bretagne):
    living, births, exits = moves(told, "region", "53")
    first, place = bretagne[0], ("region", "53")
    assert "Co-operatives in home services – Bretagne" in first
    assert f"At the end of {YEAR}, {living} co-operative" in first
    for table, measure in (("projects", "received"), ("projects", "under_way")):
        assert f"{count(told, table, measure, *place)} " in first
    figures = {row[0]: row[1] for row in rows_of(of_bretagne["Key figures"])[1:]}
    assert figures["Living co-operatives"] == living and figures["Net growth"] == births - exits
    assert figures["On permanent contracts"] == "50% to 75%"
    assert HELD not in figures.values() and "Jobs" not in figures
    line = re.search("Withheld by statistical secrecy: ([^.]*)", first)
    assert line and line[1] == "Jobs, Employees who are members, Euros granted to projects"


def test_a_region_stands_beside_france_and_among_the_others(told, bretagne, of_bretagne):
    head, *rows = rows_of(of_bretagne["Beside France"])
    assert head == (f"End of {YEAR}", "Bretagne", "France")
    shares = {row[0]: row[1:] for row in rows}
    france = told.execute(
        "SELECT value FROM published.lasting WHERE measure = 'permanent_share' AND period = $1"
        " AND territory_level = 'country'", [str(YEAR)],
    ).fetchall()  # fmt: skip
    assert shares["On permanent contracts"] == ("50% to 75%", france[0][0])
    assert "Jobs" not in shares
    assert any("among the other regions, which together have: jobs 77" in page for page in bretagne)


def test_openings_of_a_region_have_totals_both_ways(told, of_bretagne):
    head, *rows = rows_of(of_bretagne["Unmet requests by département a"])
    rows = [row for row in rows if row[1] is not None]
    assert [row[0] for row in rows] == [
        "Côtes-d'Armor", "Finistère", "Ille-et-Vilaine", "Morbihan", "Bretagne",
    ]  # fmt: skip
    places = [("departement", code) for code in ("22", "29", "35", "56")] + [("region", "53")]
    scopes = dict(
        told.execute("SELECT label_en, scope_code FROM reference.scopes"
                     " WHERE scope_kind IN ('all', 'family')").fetchall()
    )  # fmt: skip
    for (level, code), (_, *cells) in zip(places, rows, strict=True):
        known = dict(
            told.execute(
                "SELECT scope_code, coalesce(value::VARCHAR, 'fewer than 5')"
                " FROM published.openings WHERE"
                " (period, territory_level, territory_code, measure) = ($1, $2, $3, 'unmet')",
                [str(YEAR), level, code],
            ).fetchall()
        )
        wanted = [known.get(scopes[label], "0") for label in head[1:]]
        assert [str(cell) for cell in cells] == wanted
    domains = [row for row in rows_of(of_bretagne["Unmet requests by domain"])[1:] if row[1]]
    numbers = [row[1] for row in domains if isinstance(row[1], int)]
    assert numbers == sorted(numbers, reverse=True)


@pytest.mark.parametrize("region", ["06", "11", "94"])
def test_any_region_has_a_report(home, told, region):
    ((name,),) = told.execute(
        "SELECT name FROM reference.regions WHERE region_code = $1", [region]
    ).fetchall()
    made = pages(report.make(home, "partners", "fr", "pdf", part.of({"regions": [region]})))
    assert f"– {name}" in made[0].replace("- ", "-") and len(made) <= 6
    assert f"Fin {YEAR}, {moves(told, 'region', region)[0]} coopérative" in made[0]


def test_partners_are_told_of_france_or_of_one_region(home, tmp_path, capsys):
    out = tmp_path / "x.pdf"
    asked = ["report", "--warehouse", str(home), "--lang", "en", "--out", str(out)]
    for wrong, said in (
        (["--region", "Bretagn"], "nobody knows the code “Bretagn”"),
        (["--departement", "35"], "all France or of one --region"),
        (["--region", "53", "--region", "52"], "all France or of one --region"),
        (["--region", "53", "--domain", "gardening"], "all France or of one --region"),
    ):
        with pytest.raises(SystemExit) as misused:
            main([*asked, "--for", "partners", *wrong])
        assert misused.value.code == 2 and said in capsys.readouterr().err and not out.exists()
    assert main([*asked, "--for", "partners", "--region", "53"]) == 0
    assert out.read_bytes() == report.make(home, "partners", "en", "pdf", BRETAGNE)
    with pytest.raises(ValueError):
        report.make(home, "partners", "en", "pdf", part.of({"regions": ["53", "52"]}))


def test_no_cell_of_a_sheet_is_empty(workbook, of_bretagne):
    for made in (workbook, of_bretagne):
        for sheet in made.worksheets[1:-2]:
            width = len([cell for cell in sheet[1] if cell.value])
            for row in sheet.iter_rows(min_row=2, max_row=2, max_col=width, values_only=True):
                assert None not in row or not any(row), sheet.title
            assert sheet.freeze_panes == "A2"
        assert dict(rows_of(made["About"])[1:])["Data as of"] == dt.datetime(2026, 10, 31)
        assert len(rows_of(made["Definitions"])) >= 8


def test_nothing_but_the_partners_file_is_read(home):
    assert not (home / "current" / warehouse.DATABASE).stat().st_size  # and reports were made
    for path in (Path(report.__file__).parent / "partners").glob("*.sql"):
        tables = re.findall(r"\b(?:FROM|JOIN) (\w+)\.", path.read_text(encoding="utf-8"))
        assert set(tables) <= {"published", "reference", "quality"}


def test_an_empty_list_makes_a_report_that_says_so(home, tmp_path):
    with copy(home, tmp_path) as connection:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'published' AND table_name <> 'edition'"
        ).fetchall()
        for (name,) in names:
            connection.execute(f"DELETE FROM published.{name}")
    told = " ".join(pages(report.make(tmp_path, "partners", "en", "pdf")))
    assert "No project is known." in told and "cannot be told from this register" in told
    assert "No request of a closed year is known here." in told
    book(report.make(tmp_path, "partners", "fr", "xlsx", BRETAGNE))


def test_a_build_without_the_file_tells_why(home, tmp_path, capsys):
    copy(home, tmp_path).close()
    served = tmp_path / "current"
    (served / warehouse.PARTNERS).unlink()
    about = warehouse.manifest(tmp_path, served.resolve().name)
    about["partners"] = {"published": False, "why": "key_lost", "detail": "0001: key"}
    about[warehouse.SEAL] = warehouse.seal(about)
    (served / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    out = tmp_path / "x.pdf"
    assert (
        main(["report", "--for", "partners", "--warehouse", str(tmp_path), "--out", str(out)]) == 1
    )
    assert "(0001: key)" in capsys.readouterr().err and not out.exists()


def test_the_pdf_is_the_same_each_time(home, english):
    made = report.make(home, "partners", "fr", "pdf")
    assert made == report.make(home, "partners", "fr", "pdf")
    assert 6 <= len(english) <= 8 and plain(english[0])
    told = pypdfium2.PdfDocument(made).get_metadata_dict()
    assert told["Title"] == "Les coopératives de services à la personne"


def test_a_share_of_rounded_numbers_reads_as_on_the_page_in_report_and_digest(
    sample_market, tmp_path, monkeypatch
) -> None:
    """10 of 400 may be 6 of 404 or 14 of 396; 300 of 400 is told as it is."""
    told = {"providers": 400, "cooperative_providers": 10, "requests": 400, "unmet": 10}
    with copy(sample_market / "warehouse", tmp_path / "home") as connection:
        for name, value in told.items():
            table = "openings" if name in ("requests", "unmet") else name
            connection.execute(
                f"UPDATE published.{table} SET value = $1, status = 'rounded' WHERE period = $2 AND"
                " scope_code = 'all' AND breakdown = 'all' AND measure = $3 AND (territory_level ="
                " 'country' OR territory_code = '53')",
                [value, str(YEAR), name if table == "openings" else "providers"],
            )
    home, share = tmp_path / "home", "1.5% to 3.5%"
    workbook = book(report.make(home, "partners", "en", "xlsx", BRETAGNE))
    beside = {row[0]: row for row in rows_of(workbook["Beside France"]) if row[0]}
    for label in ("Share of supply", "Requests not met in time, of all"):
        assert share in str(beside[label]), label
    text = digest.digest(home, language="en", form="txt", audience="partners", part=BRETAGNE)
    assert share in text
    market, openings = (
        run_page(monkeypatch, home, slug, view=view, part=part, as_="partner").dataframe[0].value
        for slug, view, part in (
            ("cooperatives", "market", "time"), ("projects", "openings", "place"),
        )
    )  # fmt: skip
    assert market["Providers: co-operatives"].iloc[0] == openings["Share unmet"].iloc[0] == share
