"""The finite list of tables that partner agencies may see, before anything in it is protected."""

import re

import duckdb
import pandas as pd
import pytest

from etl import layers, paths
from etl.build import warehouse
from etl.disclosure import contributions, rounding
from etl.disclosure.published_tables import PROTECTS
from tests.cooperative_market import DROPS, A, B, C, D, E, F, G
from tests.market import make_build, metric

CELL = [
    "period", "territory_level", "territory_code", "scope_code", "breakdown", "measure",
]  # fmt: skip
FILES = layers.files_of("published")
OF = {kind: [f for f in FILES if f.header["protects"] == kind] for kind in PROTECTS}


def name(file: layers.SqlFile) -> str:
    return file.name


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    (file,) = (file for file in FILES if file.name == table)
    cursor = connection.cursor()
    rounding.prepare(cursor, b"a key")
    return cursor.execute(file.body).df()


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return make_build(tmp_path_factory.mktemp("published"), DROPS)


@pytest.fixture(scope="module")
def generated(sample_market):
    return warehouse.open_build((sample_market / "warehouse" / "current").resolve())


@pytest.mark.parametrize("file", FILES, ids=name)
def test_each_table_says_what_it_holds_and_protects(file):
    assert {"grain", "answers", "columns", "protects"} <= file.header.keys()
    assert file.header["protects"] in PROTECTS
    read = set(re.findall(r"\b(staging|accepted|quality|marts|reference)\.", file.body))
    assert "accepted" not in read and "quality" not in read
    assert not file.parameters
    if file in OF["firms"]:
        assert "measures" in file.header


@pytest.mark.parametrize("file", OF["firms"], ids=name)
def test_contributions_keep_to_closed_years_and_regions(file, generated):
    rows = rows_of(generated, file.name)
    assert set(rows.columns) <= set(contributions.COLUMNS)
    assert not rows.empty
    assert rows[list(contributions.STATED)].notna().all(axis=None)
    assert rows.period.str.fullmatch(r"20\d\d").all()
    assert (rows.period.astype(int) < 2026).all()  # the data are of 31 October 2026
    regions = generated.cursor().execute("SELECT region_code FROM reference.regions").df()
    assert set(rows.region_code.dropna()) <= set(regions.region_code)
    assert (rows.value >= 0).all()
    told = " ".join(file.header["measures"].split())
    assert all(measure in told for measure in rows.measure.unique())


@pytest.mark.parametrize("file", OF["persons"], ids=name)
def test_numbers_of_persons_carry_their_key(file, generated):
    rows = rows_of(generated, file.name)
    assert {*CELL, "number", "key"} <= set(rows.columns)
    assert not rows.empty and not rows.duplicated(CELL).any()
    assert (rows.number >= 0).all() and rows[CELL].notna().all(axis=None)
    # each level has each measure and breakdown
    whole = rows[rows.scope_code == "all"].groupby(["measure", "breakdown"]).territory_level
    assert (whole.nunique() == rows.territory_level.nunique()).all()
    assert rows.territory_level.nunique() > 1
    assert rows.period.str.fullmatch(r"20\d\d").all()


@pytest.mark.parametrize("file", OF["nothing"], ids=name)
def test_public_tables_hold_no_private_person(file, generated):
    rows = rows_of(generated, file.name)
    assert not rows.empty
    assert not {"contributor", "provider_id", "project_id", "request_id"} & set(rows.columns)


def values(rows: pd.DataFrame, **cell: str) -> dict[str, float]:
    for column, wanted in cell.items():
        rows = rows[rows[column] == wanted]
    return rows.groupby("contributor").value.sum().to_dict()


def numbers(rows: pd.DataFrame, **cell: str) -> int:
    for column, wanted in ({"territory_code": "FR", "scope_code": "all"} | cell).items():
        rows = rows[rows[column] == wanted]
    return int(rows[rows.columns.intersection(["number", "value"])].to_numpy().sum())


@pytest.mark.middle
def test_contributions_by_hand(market):
    jobs = rows_of(market, "jobs")
    assert values(jobs, period="2019", measure="employees") == {A: 6, B: 10, E: 22, G: 2}
    assert values(jobs, period="2019", measure="employees", region_code="53") == {
        A: 6, B: 10, G: 2,
    }  # fmt: skip
    assert values(jobs, period="2019", measure="employees_fte") == {A: 5, B: 9}
    flows = rows_of(market, "job_flows")
    assert values(flows, period="2019", measure="gained") == {A: 2, B: 10, E: 2, G: 0}
    assert values(flows, period="2019", measure="kept") == {A: 0, B: 8, E: 0, G: 0}
    assert values(flows, period="2021", measure="lost") == {B: 7, C: 0, F: 5, G: 0}
    lasting = rows_of(market, "lasting")
    assert values(lasting, period="2019", measure="permanent_share") == {A: 5}
    assert lasting[lasting.period == "2019"].base.unique().tolist() == [6]
    cohorts = rows_of(market, "cohorts")
    assert values(cohorts, period="2020", measure="after_3y") == {C: 13, F: 0}
    assert values(cohorts, period="2020", measure="at_birth_3y") == {C: 12, F: 5}
    people = rows_of(market, "cae_people")
    assert values(people, measure="cape_holders", territory_code="FR") == {E: 15}
    comply = rows_of(market, "compliance")
    assert values(comply, breakdown="yes") == {A: 1, E: 1}
    assert values(comply, breakdown="unknown") == {D: 1}
    euros = rows_of(market, "project_euros")
    assert values(euros, period="2017", measure="financed_eur") == {A: 40_000}
    hires = rows_of(market, "cooperative_hires")
    assert values(hires, period="2025") == {A: 1, "V3": 1}


def test_numbers_by_hand(market):
    projects = rows_of(market, "projects")
    assert numbers(projects, period="2020", measure="registered") == 2
    assert numbers(projects, period="2025", measure="under_way") == 1
    assert numbers(projects, period="2024", measure="under_way") == 0
    funnel = rows_of(market, "funnel")
    assert numbers(funnel, period="2019", measure="supported_24m") == 1
    assert numbers(funnel, period="2019", measure="registered_24m") == 0  # it was never financed
    assert numbers(rows_of(market, "hires"), period="2025") == 3
    offers = rows_of(market, "providers")
    assert numbers(offers, period="2025", breakdown="all") == 4
    assert numbers(offers, period="2025", breakdown="individual") == 1


@pytest.mark.parametrize(
    ("given", "hidden"),
    [
        ("53 a! 30, 53 x 20, 53 y 15, 84 b! 5, 84 z 9, 84 w 7", set()),
        ("53 a! 30, 53 x 20, 53 y 3, 84 b! 5, 84 z 9, 84 w 7", {"53", "84"}),  # the rest tells of a
        ("53 a! 30, 53 x 2, 84 z 9, 84 w 7, 11 z 9, 11 w 3", {"53", "84"}),  # 11 is too little
        ("53 a! 30, 53 x 2, 84 z 9, 84 w 3, 11 z 9, 11 w 3", {"53", "84", "11"}),
        ("53 x 2, 84 z 9, 84 w 7, - a! 30", {"84"}),  # of no region
        ("53 a! 1, 53 b! 1, 53 c! 1", set()),
        ("53 a! 1, 53 b! 1, 53 agreed! 1", {"53", "FR"}),
    ],
)
def test_hires_withheld_do_not_follow_from_those_told(given, hidden):
    with duckdb.connect() as connection:
        rounding.prepare(connection, b"a key")
        connection.execute(paths.MACROS.read_text("utf-8"))
        connection.execute(
            "CREATE SCHEMA marts; CREATE SCHEMA reference;"
            "CREATE TABLE reference.settings AS SELECT DATE '2026-01-31' AS as_of;"
            "CREATE SCHEMA staging; CREATE TABLE staging.cooperatives AS"
            " SELECT 'agreed!' AS siren, DATE '2025-05-05' AS agrees_to_publish"
        )
        connection.execute(
            "CREATE TABLE marts.provider_hires AS"
            " SELECT DATE '2025-01-01' AS quarter, nullif(region, '-') AS region_code,"
            " who AS contributor, who LIKE '%!' AS is_cooperative, hires"
            " FROM (SELECT unnest(string_split($given, ', ')) AS text,"
            "   split_part(text, ' ', 1) AS region, split_part(text, ' ', 2) AS who,"
            "   CAST(split_part(text, ' ', 3) AS BIGINT) AS hires)",
            {"given": given},
        )
        (file,) = (file for file in FILES if file.name == "hires")
        rows = connection.execute(file.body).df()
    assert set(rows[rows.is_hidden].territory_code) == hidden


def test_public_tables_by_hand(market):
    counts = rows_of(market, "cooperatives")
    counts = counts[(counts.territory_code == "FR") & (counts.scope_code == "all")]
    whole = counts[counts.dimension == "all"].set_index("period")
    assert whole.loc["2019", ["living", "births", "exits"]].tolist() == [4, 1, 0]
    assert whole.loc["2021", ["living", "births", "exits"]].tolist() == [4, 0, 2]
    assert whole.loc["2025", ["living", "births", "exits"]].tolist() == [3, 0, 2]
    parts = counts[counts.dimension.isin(["form", "origin", "cae"])]
    sums = parts.groupby(["period", "dimension"])[["living", "births", "exits"]].sum()
    for (period, _), row in sums.iterrows():
        assert row.tolist() == whole.loc[period, ["living", "births", "exits"]].tolist()
    nearest = rows_of(market, "nearest_caes").set_index("territory_code")
    assert len(nearest) == 101 and (nearest.siren == E).all()
    assert nearest.loc["44", "caes"] == 1 and nearest.km.idxmin() == "44"
    times = rows_of(market, "pipeline_times")
    times = times.set_index(["from_step", "to_step"])
    assert (times.reached < 5).all()  # so none of their medians will be shown


def test_published_survival_is_the_metric(generated):
    published = rows_of(generated, "survival")
    published = published[
        (published.territory_code == "FR") & (published.scope_code == "all")
        & (published.form == "all")
    ]  # fmt: skip
    spans = {"all": ("1950-01-01", "2026-12-01"), "2015-2019": ("2015-01-01", "2019-12-01")}
    for cohort, (first, last) in spans.items():
        for origin in ("all", "ex_nihilo"):
            mine = published[(published.cohort == cohort) & (published.origin == origin)]
            rows = metric(
                generated, "survival", scopes=["all"], years=[float(n) for n in range(1, 11)],
                origin=origin, form="all", from_=first, to=last,
            )  # fmt: skip
            mine = mine.set_index("years").sort_index()
            rows = rows.set_index("years")
            assert mine.why.fillna("").tolist() == rows.why.fillna("").tolist()
            for ours, metrics in (("survival", "value"), ("low", "low"), ("high", "high")):
                assert mine[ours].tolist() == pytest.approx(
                    rows[metrics].tolist(), abs=1e-6, nan_ok=True
                )
            assert mine.at_risk.tolist() == rows.at_risk.tolist()
