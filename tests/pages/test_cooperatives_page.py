"""The partners' pages: every figure is the published one, and a withheld one says so everywhere."""

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
from etl.insight.part import Part
from pages import door
from pages.cooperatives import charts
from pages.cooperatives import views as cooperatives
from pages.door import roles
from pages.projects import views as projects
from pages.shared import export, i18n, query
from tests import cooperative_market
from tests.market import make_build
from tests.pages_fixture import frames, pictured, run_page, tabled, texts

VIEWS = [
    *(("cooperatives", view) for view in cooperatives.METRICS),
    *(("projects", view) for view in projects.METRICS),
]
# withheld by hand: each is a number that stands nowhere else in the build
HIDDEN = {
    ("jobs", "employees"): 77001, ("job_flows", "lost"): 77002, ("job_flows", "kept"): 77003,
    ("lasting", "qualified_share"): 77.004, ("project_euros", "financed_eur"): 77005,
    ("project_jobs", "realised_jobs"): 77006, ("project_survival", "alive_3y_share"): 77.007,
    ("cooperative_hires", "hires"): 77008,
}  # fmt: skip
# of founders alone: partners' tables are empty
FOUNDERS = {
    ("cohorts", "after_3y"): 77011, ("cae_people", "cae_entrepreneurs"): 77012,
    ("compliance", "scops"): 77013,
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
            for (table, measure), value in (HIDDEN | (FOUNDERS if path == whole else {})).items():
                hidden = "value = NULL, low = NULL, high = NULL, status = 'withheld'"
                told = f"value = {value}, contributors = 1, status = 'shown'"
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


@pytest.mark.parametrize(("number", "slug", "view"), [(n, *one) for n, one in enumerate(VIEWS)])
def test_a_withheld_figure_stands_nowhere(
    home: Path, monkeypatch: pytest.MonkeyPatch, files: list, number: int, slug: str, view: str
) -> None:
    lang = ("en", "fr")[number % 2]
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
    bare = "".join(c for c in said if c not in ",.\u202f\xa0 ")
    every = [*HIDDEN.values(), *FOUNDERS.values()]
    assert not [value for value in every if str(value).replace(".", "") in bare]
    if view in ("jobs", "quality", "means"):
        word = {"en": "withheld", "fr": "non communiqué"}[lang]
        assert word in tabled(at)
        assert any(is_hatched(trace) for trace in traces(at))
        assert any("<pattern" in picture.canvas.svg() for picture in pictures)
        assert any(word in export.to_csv(t, lang).decode() for ts in files for t in ts.values())


@pytest.mark.parametrize(
    ("slug", "view", "wanted"),
    [
        ("cooperatives", "jobs", (77001, 77002, 77003)),
        ("cooperatives", "quality", (77.004, 77011, 77012, 77013)),
        ("projects", "means", (77005, 77006, 77.007)),
    ],
)
def test_a_founder_sees_every_figure(
    home: Path, monkeypatch: pytest.MonkeyPatch, files: list, slug: str, view: str, wanted: tuple
) -> None:
    at = opened(monkeypatch, home, slug, "founder", view=view)
    told = pd.concat([table for tables in files for table in tables.values()]).to_csv()
    assert not [value for value in wanted if str(value) not in told]
    assert "withheld" not in told and "You see every figure" in texts(at)


def test_jobs_by_year_are_the_published_ones(
    market: Path, monkeypatch: pytest.MonkeyPatch, files: list, role: str
) -> None:
    """Every cell against pandas over the published tables, for the country and a region."""
    jobs = published_rows(market, role, "jobs")
    flows = published_rows(market, role, "job_flows")
    for code, asked in (("FR", {}), ("84", {"in_": "region-84"})):
        files.clear()
        opened(monkeypatch, market, "cooperatives", role, view="jobs", **asked)
        heads, moves = (files[0][name] for name in list(files[0])[:2])
        own = jobs[jobs["territory_code"].eq(code) & jobs["territory_level"].ne("other_regions")]
        for line in heads.to_dict("records"):
            cells: Any = own[own["period"] == str(line["Year"])].set_index("measure")
            assert_cell(line["People employed"], cells, "employees")
            assert ("Full-time equivalents" in line) == (code == "FR")
        for line in moves.to_dict("records"):
            cells = flows[flows["period"] == str(line["Year"])].set_index("measure")
            for head, measure in (("Gained", "gained"), ("of them kept", "kept"), ("Lost", "lost")):
                assert_cell(line[head], cells, measure)
            told = [cells["value"].get(m) for m in ("gained", "kept", "lost")]
            if not pd.isna(told[:2]).any():
                assert plain(line["of them created"]) == told[0] - told[1]
            if not pd.isna(told[::2]).any():
                assert plain(line["Net"]) == told[0] - told[2]


def assert_cell(shown: Any, cells: Any, measure: str) -> None:
    if measure not in cells.index:
        assert shown is None or pd.isna(shown)
    elif cells.loc[measure, "status"] == "withheld":
        low = cells.loc[measure, "low"]
        assert shown == "withheld" if pd.isna(low) else str(shown).startswith(f"{low:,.0f} to ")
    else:
        assert plain(shown) == pytest.approx(cells.loc[measure, "value"], abs=0.51)


def plain(shown: Any) -> float:
    """A number, or one written out beside withheld ones."""
    return float(str(shown).replace(",", "").replace("−", "-").replace("+", ""))


def test_births_and_exits_add_up(
    market: Path, monkeypatch: pytest.MonkeyPatch, files: list, role: str
) -> None:
    """Births by origin and exits by kind are all of them, in each year, and are those published; so
    are those of a form and of a year that the reader chose."""
    rows = published_rows(market, role, "cooperatives")
    rows = rows[(rows["territory_code"] == "FR") & (rows["scope_code"] == "all")]
    whole = rows[rows["dimension"] == "all"].set_index("period")
    at = opened(monkeypatch, market, "cooperatives", role)
    (tables,) = files
    table = tables["By year"]
    for line in table.to_dict("records"):
        told = whole.loc[str(line["Year"])]
        shown = ("Living", "Births", "Born then, living still", "Exits")
        assert [line[head] for head in shown] == told[
            ["living", "births", "born_living", "exits"]
        ].tolist()
        assert line["Net growth"] == line["Births"] - line["Exits"]
        for head, total in (("Births: ", "Births"), ("Exits: ", "Exits")):
            parts = [line[name] for name in table if str(name).startswith(head)]
            assert sum(parts) == line[total]
    last = whole.loc[str(table["Year"].max())]
    assert f"**{last['living']} co-operatives** lived" in texts(at)
    assert tables["By area"]["Living"].sum() <= last["living"]
    assert tables["By origin"]["Births"].sum() == last["births"]
    files.clear()
    year = str(table["Year"].max() - 1)
    at = opened(monkeypatch, market, "cooperatives", role, form="scop", year=year)
    form = rows[(rows["dimension"] == "form") & (rows["breakdown"] == "scop")].set_index("period")
    (tables,) = files
    own = tables["By year"].set_index("Year")
    assert {str(y): line["Births"] for y, line in own.iterrows() if line["Living"]} == {
        period: line["births"] for period, line in form.iterrows() if line["living"]
    }
    living = int(form.loc[year, "living"])  # type: ignore[arg-type]
    assert f"**{living} co-operative{'s' * (living != 1)}** lived at the end of {year}" in texts(at)
    assert "all forms" in texts(at)  # jobs are not told by form
    assert "Births: Started from nothing" not in own


def test_survival_by_hand(
    home: Path, monkeypatch: pytest.MonkeyPatch, files: list, role: str
) -> None:
    rows = published_rows(home, role, "survival")
    opened(monkeypatch, home, "cooperatives", role, view="survival")
    (tables,) = files
    shares = tables["At 3 and 5 years"]
    of_france = rows[(rows["territory_code"] == "FR") & (rows["scope_code"] == "all")]
    told = of_france[(of_france["years"] == 3) & (of_france["form"] == "all")]
    assert len(shares) == len(told)
    assert any("cannot be told" in text or "too young" in text for text in shares.iloc[:, 2])
    reasons = told["why"].dropna().map(lambda why: i18n.name("no survival", why))
    unsaid = [t for t in shares.iloc[:, 2] if "%" not in t and t != "too few to tell"]
    assert sorted(unsaid) == sorted(reasons)
    assert list(tables["By form"]["Form"]) == ["All forms", "SCOP", "SCIC"]
    whole = of_france[(of_france["cohort"] == "all") & (of_france["origin"] == "all")]
    followed = whole.groupby("form")["followed"].max()
    assert list(tables["By form"]["Followed"]) == list(followed[["all", "scop", "scic"]])
    benchmarks = tables["Benchmarks"]
    reference = pd.read_csv(paths.ROOT / "data" / "reference" / "survival_benchmarks.csv")
    assert len(benchmarks) == len(reference)
    assert set(benchmarks.columns) >= {"Cohort", "Form", "Scope"}
    assert "not stated" in set(benchmarks["Cohort"])


def test_the_funnel_and_its_times(
    home: Path, monkeypatch: pytest.MonkeyPatch, files: list, role: str
) -> None:
    opened(monkeypatch, home, "projects", role, view="steps")
    (tables,) = files
    rows: Any = published_rows(home, role, "funnel")
    rows = rows[rows["territory_code"] == "FR"].set_index(["period", "measure"])
    for line in tables["Funnel"].to_dict("records"):
        year = str(line["Received in"])
        for head, measure in (
            ("Received", "received"), ("Supported", "supported_24m"),
            ("Financed", "financed_24m"), ("Registered", "registered_24m"),
        ):  # fmt: skip
            told = rows["value"].get((year, measure), 0)  # a count: no row is a true zero
            assert line[head] == told
    published_times = published_rows(home, role, "pipeline_times")
    own = published_times[published_times["territory_level"] == "country"]
    times = tables["Time between steps"]
    assert len(times) == len(own.groupby(["from_step", "to_step"]))
    medians = times[[name for name in times if name.startswith("Median")]]
    assert len(medians.columns) == own["period"].nunique() == 5
    if role == "founder":
        last = own[own["period"] == own["period"].max()]
        told = times.filter(like="–2025")  # the last five years
        assert (told == "not reached").to_numpy().sum() == last["median_days"].isna().sum()
    else:  # five projects: fewer than five took any step
        assert set(medians.to_numpy().ravel()) <= {"withheld", None}


def test_openings_are_sorted_and_know_their_cae(
    sample_market: Path, monkeypatch: pytest.MonkeyPatch, files: list, role: str
) -> None:
    market = sample_market / "warehouse"
    opened(monkeypatch, market, "projects", role, view="openings")
    (tables,) = files
    table = tables["Openings"]
    rows = published_rows(market, role, "openings")
    rows = rows[rows["period"] == rows["period"].max()]
    own = rows[(rows["territory_level"] == "departement") & rows["scope_code"].ne("all")]
    assert len(table) == (own["measure"] == "requests").sum()
    few = table["Unmet requests"].eq("fewer than 5")
    told = table.loc[~few, "Unmet requests"].tolist()
    unmet = own[own["measure"] == "unmet"]
    assert [n for n in sorted(told) if n] == sorted(n for n in unmet["value"].dropna() if n)
    assert few.sum() == (unmet["status"] == "fewer").sum()
    assert (role == "partner") == bool(few.any())
    # in order of what goes unmet beyond the target for fill rates: where most are filled, providers
    # are there
    of = table.loc[~few, "of requests"].tolist()
    beyond = [n - 0.4 * m for n, m in zip(told, of, strict=True) if not isinstance(m, str)]
    assert beyond == pytest.approx(sorted(beyond, reverse=True))
    if role == "partner":
        assert not sum(told) % 5
    totals = tables["Totals"].set_index("Territory")
    whole = rows[(rows["territory_level"] == "country") & (rows["scope_code"] == "all")]
    of_all = whole.set_index("measure")["value"]
    assert totals.loc["France", "Unmet requests"] == of_all["unmet"]
    caes = published_rows(market, role, "nearest_caes").set_index("territory_code")
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
    assert at.dataframe


@pytest.mark.long
def test_without_cooperatives_the_national_series_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drops = {"providers/2026-10-31.csv": "provider_id,commune_code\nP1,35238\n"}
    make_build(tmp_path, drops).close()
    at = run_page(monkeypatch, tmp_path / "warehouse", "cooperatives", part="others")
    said = texts(at)
    assert "No co-operative of known birth is in the data yet." in said
    assert "data/raw/cooperatives" in said
    assert "Published national figures" in said
    assert len(frames(at)[0]) == 76
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
            partial(export._report, audience, "fr", "pdf", Part(), {}),
        )
        assert made.startswith(b"%PDF")


def test_a_line_never_joins_two_scopes(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    series = query.page_sql(charts.__file__, "series")
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


def test_a_published_series_tells_its_change(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(monkeypatch, home, "cooperatives", "partner", view="national", part="time")
    assert "**Births: 277 in 2014, 237 in 2024** (co-operatives)" in texts(at)
