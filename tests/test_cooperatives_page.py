"""The partners' pages: every figure is the published one, and a withheld one says so everywhere."""

import csv
import io
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from etl import paths
from etl.words import names
from pages import door
from pages.cooperatives import charts, words
from pages.door import roles
from pages.shared import export, i18n, partner_figures, query
from tests import cooperative_market
from tests.market import make_build
from tests.pages_fixture import pictured, run_page, texts

PAGE = Path(charts.__file__)
VIEWS = [
    *(("cooperatives", view) for view in ("growth", "survival", "jobs", "quality", "market")),
    *(("projects", view) for view in ("steps", "years", "openings")),
]
# withheld by hand: each is a number that stands nowhere else in the build
HIDDEN = {
    ("jobs", "employees"): 77001, ("job_flows", "created"): 77002, ("job_flows", "kept"): 77003,
    ("lasting", "qualified_employees"): 77004, ("cohorts", "after_3y"): 77005,
    ("cae_people", "cae_entrepreneurs"): 77006, ("compliance", "scops"): 77007,
    ("cooperative_hires", "hires"): 77008, ("funnel", "financed_24m"): 77009,
    ("pipeline", "financed_eur"): 77010, ("project_jobs", "realised_jobs"): 77011,
    ("projects_under_way", "under_way"): 77012,
}  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse whose founders' figures carry these numbers and whose partners' withhold them."""
    folder = tmp_path_factory.mktemp("cooperatives")
    make_build(folder, cooperative_market.DROPS).close()
    served = (folder / "warehouse" / "current").resolve()
    whole, partners = served / "marketplace.duckdb", served / "partners.duckdb"
    for path in (whole, partners):
        with duckdb.connect(str(path)) as db:
            for (table, measure), value in HIDDEN.items():
                hidden = "value = NULL, contributors = NULL, status = 'withheld', reason = 'few'"
                told = f"value = {value}, contributors = 1, status = 'shown', reason = NULL"
                db.execute(
                    f"UPDATE published.{table} SET {told if path == whole else hidden}"
                    " WHERE measure = ?",
                    [measure],
                )
    return folder / "warehouse"


@pytest.fixture(params=["founder", "partner"])
def role(request: pytest.FixtureRequest) -> str:
    return request.param


def opened(
    monkeypatch: pytest.MonkeyPatch, warehouse: Path, slug: str, role: str, **asked: str
) -> AppTest:
    if role == "partner":
        asked["as_"] = "partner"
    return run_page(monkeypatch, warehouse, slug, **asked)


def drawn(at: AppTest) -> str:
    """The specification of every chart, as the browser gets it."""
    return "\n".join(chart.proto.spec for chart in at.get("plotly_chart"))


def traces(at: AppTest) -> list[dict[str, Any]]:
    return [t for chart in at.get("plotly_chart") for t in json.loads(chart.proto.spec)["data"]]


def is_hatched(trace: dict[str, Any]) -> bool:
    return (trace.get("marker") or {}).get("pattern", {}).get("shape") == "/"


def tabled(at: AppTest) -> str:
    return "\n".join(frame.value.to_csv() for frame in at.dataframe)


def published_rows(warehouse: Path, role: str, table: str) -> pd.DataFrame:
    name = "partners.duckdb" if role == "partner" else "marketplace.duckdb"
    with query.cursor(str((warehouse / "current").resolve() / name)) as db:
        return db.execute(f"FROM published.{table}").df()


@pytest.fixture
def market(role: str, home: Path, sample_market: Path) -> Path:
    """A warehouse for the role: of hundreds of figures for founders, with withheld ones for
    partners."""
    return home if role == "partner" else sample_market / "warehouse"


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, Any]]]:
    """The tables that each page hands over to be taken away."""
    taken: list[dict[str, Any]] = []
    real = export.downloads

    def noted(name: str, tables: dict[str, Any], *args: Any, **options: Any) -> None:
        taken.append(dict(tables))
        real(name, tables, *args, **options)

    monkeypatch.setattr(export, "downloads", noted)
    yield taken


@pytest.mark.parametrize(("slug", "view"), VIEWS)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_withheld_figure_stands_nowhere(
    home: Path, monkeypatch: pytest.MonkeyPatch, files: list, slug: str, view: str, lang: str
) -> None:
    at = opened(monkeypatch, home, slug, "partner", view=view, lang=lang)
    pictures = [
        pictured(spec)
        for spec in (json.loads(chart.proto.spec) for chart in at.get("plotly_chart"))
        if "geo" not in spec["layout"]
    ]
    said = texts(at) + drawn(at) + tabled(at)
    said += "|".join(label.text for picture in pictures for label in picture.canvas.labels)
    for tables in files:
        for table in tables.values():
            said += export.to_csv(table, lang).decode()
        book = openpyxl.load_workbook(io.BytesIO(export.to_xlsx(tables, [], [], "About")))
        said += str([[cell.value for cell in row] for sheet in book for row in sheet.rows])
    bare = "".join(c for c in said if c not in ",\u202f\xa0 ")
    assert not [value for value in HIDDEN.values() if str(value) in bare]
    if view in ("jobs", "quality", "steps", "years"):
        word = {"en": "withheld (too few)", "fr": "secret statistique (trop peu)"}[lang]
        assert word in tabled(at)
        assert any(is_hatched(trace) for trace in traces(at))
        assert any("<pattern" in picture.canvas.svg() for picture in pictures)
        assert any(word in export.to_csv(t, lang).decode() for ts in files for t in ts.values())


@pytest.mark.parametrize(("slug", "view"), [v for v in VIEWS if v[1] in ("jobs", "years")])
def test_a_founder_sees_every_figure(
    home: Path, monkeypatch: pytest.MonkeyPatch, slug: str, view: str
) -> None:
    at = opened(monkeypatch, home, slug, "founder", view=view)
    shown = tabled(at)
    wanted = {"jobs": (77001, 77002, 77003), "years": (77010, 77011, 77012)}[view]
    assert all(str(value) in shown for value in wanted)
    assert "withheld (" not in shown and "You see every figure" in texts(at)


def test_jobs_by_year_are_the_published_ones(
    market: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    """Every cell against pandas over the published tables, for the country and a region."""
    warehouse = market
    jobs = pd.concat(
        [published_rows(warehouse, role, "jobs"), published_rows(warehouse, role, "job_flows")]
    )
    measures = {
        "Headcount": "employees", "Full-time equivalents": "employees_fte", "Created": "created",
        "Lost": "lost", "Kept": "kept",
    }  # fmt: skip
    for code, asked in (("FR", {}), ("84", {"in_": "region-84"})):
        at = opened(monkeypatch, warehouse, "cooperatives", role, view="jobs", **asked)
        table = at.dataframe[0].value
        own = jobs[
            (jobs["territory_code"] == code)
            & (jobs["territory_level"] == ("country" if code == "FR" else "region"))
            & (jobs["scope_code"] == "all")
        ]
        assert len(table) == min(10, own["period"].nunique()) or code != "FR"
        for line in table.to_dict("records"):
            cells: Any = own[own["period"] == str(int(line["Year"]))].set_index("measure")
            for head, measure in measures.items():
                if head in table:
                    assert_cell(line[head], cells, measure)
            parts = [cells["status"].get(m) for m in ("created", "lost")]
            if parts == ["shown", "shown"]:
                net = cells.loc["created", "value"] - cells.loc["lost", "value"]
                assert plain(line["Net"]) == pytest.approx(net, abs=0.51)
            elif "withheld" in parts:
                assert str(line["Net"]).startswith("withheld")


def assert_cell(shown: Any, cells: Any, measure: str) -> None:
    if measure not in cells.index:
        assert shown is None or pd.isna(shown) or shown == "–"
    elif cells.loc[measure, "status"] == "withheld":
        assert str(shown).startswith("withheld")
    else:
        assert plain(shown) == pytest.approx(cells.loc[measure, "value"], abs=0.51)


def plain(shown: Any) -> float:
    """A number, or one written out beside withheld ones."""
    return float(str(shown).replace(",", "").replace("−", "-").replace("+", ""))


def test_births_and_exits_add_up(market: Path, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    """Births by origin and exits by kind are all of them, in each year, and are those published."""
    warehouse = market
    rows = published_rows(warehouse, role, "cooperatives")
    whole = rows[
        (rows["territory_code"] == "FR") & (rows["scope_code"] == "all")
        & (rows["dimension"] == "all")
    ].set_index("period")  # fmt: skip
    at = opened(monkeypatch, warehouse, "cooperatives", role)
    table = at.dataframe[0].value
    for line in table.to_dict("records"):
        told = whole.loc[str(int(line["Year"]))]
        assert (line["Living"], line["Births"], line["Exits"]) == tuple(
            told[["living", "births", "exits"]]
        )
        assert line["Net growth"] == line["Births"] - line["Exits"]
        for head, total in (("Births: ", "Births"), ("Exits: ", "Exits")):
            parts = [line[name] for name in table if str(name).startswith(head)]
            assert sum(parts) == line[total]
    last = whole.loc[str(table["Year"].max())]
    assert f"**{last['living']} co-operatives** lived" in texts(at)
    areas = at.dataframe[1].value
    assert areas["Living"].sum() <= last["living"]


def test_survival_by_hand(home: Path, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    rows = published_rows(home, role, "survival")
    at = opened(monkeypatch, home, "cooperatives", role, view="survival")
    shares = at.dataframe[1].value
    told = rows[
        (rows["territory_code"] == "FR") & (rows["scope_code"] == "all") & (rows["years"] == 3)
    ]
    assert len(shares) == len(told)
    assert any("cannot be told" in text or "too young" in text for text in shares.iloc[:, 2])
    reasons = told["why"].dropna().map(lambda why: i18n.name("no survival", why))
    assert sorted(t for t in shares.iloc[:, 2] if "%" not in t) == sorted(reasons)
    benchmarks = at.dataframe[2].value
    reference = pd.read_csv(paths.ROOT / "data" / "reference" / "survival_benchmarks.csv")
    assert len(benchmarks) == len(reference)
    assert set(benchmarks.columns) >= {"Cohort", "Form", "Scope"}
    assert "not stated" in set(benchmarks["Cohort"])


def test_a_share_of_a_withheld_part_is_withheld(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(monkeypatch, home, "cooperatives", "partner", view="quality")
    table = at.dataframe[0].value
    assert set(table["Qualified"]) <= {"withheld (too few)", "–"}
    at = opened(monkeypatch, home, "cooperatives", "founder", view="quality")
    whole = at.dataframe[0].value.set_index("Year")
    found = published_rows(home, "founder", "lasting")
    found = found[found["territory_code"] == "FR"]
    rows: Any = found.set_index(["period", "measure"])["value"]
    for year, line in whole.iterrows():
        part = rows.get((str(year), "permanent_employees"))
        if part is not None:
            share = part / rows[(str(year), "declared_employees")]
            assert line["On permanent contracts"] == pytest.approx(share, abs=0.0006)


def test_the_funnel_and_its_times(home: Path, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    at = opened(monkeypatch, home, "projects", role, view="steps")
    funnel, times = (frame.value for frame in at.dataframe[:2])
    rows: Any = published_rows(home, role, "funnel").set_index(["period", "measure"])
    for line in funnel.to_dict("records"):
        year = str(int(line["Received in"]))
        for head, measure in (
            ("Received", "received"), ("Supported", "supported_24m"),
            ("Financed", "financed_24m"), ("Registered", "registered_24m"),
        ):  # fmt: skip
            if (year, measure) in rows.index:
                assert_cell(line[head], rows.loc[year], measure)
            else:
                assert plain(line[head]) == 0  # a count: no row is a true zero
    published_times = published_rows(home, role, "pipeline_times")
    assert len(times) == len(published_times)
    if role == "founder":
        slow = published_times["p90_days"].isna().sum()
        assert (times["9 in 10 (days)"] == "not reached").sum() == slow > 0
    else:  # five projects: fewer than eleven stand behind every time
        assert (times["Median (days)"] == "withheld (too few)").all()


def test_openings_are_sorted_and_know_their_cae(
    market: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    warehouse = market
    at = opened(monkeypatch, warehouse, "projects", role, view="openings")
    table = at.dataframe[0].value
    rows = published_rows(warehouse, role, "openings")
    rows = rows[rows["period"] == rows["period"].max()]
    assert len(table) == len(rows)
    told = [plain(v) for v in table["Unmet requests"] if not str(v).startswith("withheld")]
    known = list(map(plain, table["of requests"].head(len(told))))
    # in order of what goes unmet beyond the target for fill rates: where most are filled, providers
    # are there
    beyond = [unmet - 0.4 * of for unmet, of in zip(told, known, strict=True)]
    assert beyond == pytest.approx(sorted(beyond, reverse=True))
    assert sorted(told) == sorted(rows["unmet"].dropna())
    hidden = table["Unmet requests"].astype(str).str.startswith("withheld")
    assert hidden.sum() == (rows["status"] == "withheld").sum()
    assert (role == "partner") == bool(hidden.any())
    assert not hidden[: len(told)].any()  # at the end: the order tells nothing of them
    caes = published_rows(warehouse, role, "nearest_caes").set_index("territory_code")
    for line in table.head(40).to_dict("records"):
        assert line["Nearest CAE"] == caes.loc[line["Code"], "name"]


def test_a_finer_cut_than_released_says_so(
    market: Path, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    asked = {"view": "jobs", "in_": "departement-69", "scope": "gardening"}
    at = opened(monkeypatch, market, "cooperatives", role, **asked)
    said = texts(at)
    assert "These figures are for **Auvergne-Rhône-Alpes**, All domains" in said
    assert "All domains)" in said.partition("\n\n")[0] or "(Auvergne" in said


def test_without_a_partners_file_nothing_is_released(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_build(tmp_path, cooperative_market.DROPS).close()
    warehouse = tmp_path / "warehouse"
    ((warehouse / "current").resolve() / "partners.duckdb").unlink()
    for slug in ("cooperatives", "projects"):
        at = opened(monkeypatch, warehouse, slug, "partner")
        assert "No figures have been released yet." in texts(at)
        assert not at.dataframe and not at.get("plotly_chart")
    at = opened(monkeypatch, warehouse, "cooperatives", "founder")
    assert "Report" not in " ".join(b.proto.label for b in at.get("download_button"))
    assert len(at.dataframe) == 4


def test_without_cooperatives_the_national_series_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drops = {"providers/2026-10-31.csv": "provider_id,commune_code\nP1,35238\n"}
    make_build(tmp_path, drops).close()
    at = run_page(monkeypatch, tmp_path / "warehouse", "cooperatives")
    said = texts(at)
    assert "No co-operative of known birth is in the data yet." in said
    assert "data/raw/cooperatives" in said
    assert "Published national figures" in said
    assert len(at.dataframe[0].value) == 76
    at = run_page(monkeypatch, tmp_path / "warehouse", "projects")
    assert "No project of the convention is in the data yet." in texts(at)


def test_the_note_counts_what_is_withheld(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(monkeypatch, home, "cooperatives", "partner", view="jobs")
    assert "figures of this view are withheld" in texts(at)
    assert "nothing more detailed" in texts(at)


def test_the_reports_are_made_at_the_click(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for slug, audience in (("cooperatives", "partners"), ("", "founders")):
        at = run_page(monkeypatch, home, slug)
        labels = " ".join(button.proto.label for button in at.get("download_button"))
        assert "Report" in labels and "(PDF)" in labels and "(XLSX)" in labels
        made = export._made(
            door.handing_to(roles.LOCAL),
            "fr",
            "pdf",
            partial(export._report, audience, "fr", "pdf"),
        )
        assert made.startswith(b"%PDF")


def test_a_line_never_joins_two_scopes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    series = query.page_sql(str(PAGE), "series")
    reference = pd.read_csv(paths.ROOT / "data" / "reference" / "cooperative_series.csv")
    assert len(series) == len(reference)
    for indicator in ("cooperatives", "employees", "births"):
        rows = series[series["indicator"] == indicator]
        figure, legend = charts.national(rows.assign(shown=rows["scope_en"]), "x")
        assert len(legend) == rows["series_code"].nunique()
        count = 0
        for line in figure.data:
            points = set(zip(line.x, line.y, strict=True))
            owners = [
                code
                for code, own in rows.groupby("series_code")
                if points <= set(zip(own["year"], own["value"], strict=True))
            ]
            assert len(owners) == 1
            own = rows[(rows["series_code"] == owners[0]) & rows["year"].isin(line.x[1:])]
            assert not own["is_break_before"].any()
            count += len(line.x)
        assert count == len(rows)


def test_every_code_has_words() -> None:
    reference: Any = pd.read_csv(paths.ROOT / "data" / "reference" / "cooperative_series.csv")
    for code in reference["indicator"].unique():
        assert words.indicator(code) != code
    for of, codes in (("form", names.FORMS), ("origin", names.ORIGINS), ("exit", names.EXITS)):
        assert all(i18n.name(of, code) != code for code in codes)


def test_files_carry_words_where_a_figure_is_withheld() -> None:
    rows = pd.DataFrame({"A": [1.5, partner_figures.Withheld("secondary"), None]}, dtype=object)
    lines = list(csv.reader(io.StringIO(export.to_csv(partner_figures.taken(rows), "en").decode())))
    assert lines == [["A"], ["1.5"], ["withheld (by subtraction)"], [""]]
