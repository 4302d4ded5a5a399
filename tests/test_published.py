"""The finite list of tables that partner agencies may see, before anything in it is protected."""

import re

import duckdb
import pandas as pd
import pytest

from etl import layers
from etl.build import warehouse
from tests.cooperative_market import DROPS, A, B, C, D, E, F, G
from tests.market import make_build, metric

CONTRIBUTIONS = [
    "contributor", "period", "territory_level", "territory_code", "scope_code", "breakdown",
    "measure", "value",
]  # fmt: skip
CELL = CONTRIBUTIONS[1:-1]
FILES = layers.files_of("published")
PROTECTED = [file for file in FILES if file.header["protects"] != "nothing"]


def name(file: layers.SqlFile) -> str:
    return file.name


def rows_of(connection: duckdb.DuckDBPyConnection, table: str) -> pd.DataFrame:
    (file,) = (file for file in FILES if file.name == table)
    return connection.cursor().execute(file.body).df()


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return make_build(tmp_path_factory.mktemp("published"), DROPS)


@pytest.fixture(scope="module")
def generated(sample_market):
    return warehouse.open_build((sample_market / "warehouse" / "current").resolve())


@pytest.mark.parametrize("file", FILES, ids=name)
def test_each_table_says_what_it_holds_and_protects(file):
    assert {"grain", "answers", "columns", "protects"} <= file.header.keys()
    assert file.header["protects"] in {"firms", "persons", "nothing"}
    read = set(re.findall(r"\b(staging|accepted|quality|marts|reference)\.", file.body))
    assert read <= {"marts", "reference"}
    assert not file.parameters
    if file in PROTECTED:
        assert {"dimensions", "breakdown", "measures"} <= file.header.keys()


@pytest.mark.parametrize("file", PROTECTED, ids=name)
def test_contributions_keep_to_closed_periods_and_coarse_places(file, generated):
    rows = rows_of(generated, file.name)
    parts = ["part"] if "part" in rows else []  # what of one contributor adds up
    assert sorted(rows.columns) == sorted(CONTRIBUTIONS + parts)
    assert not rows.empty
    assert rows.notna().all().all()
    assert not rows.duplicated(CONTRIBUTIONS[:-1] + parts).any()
    assert rows.period.str.fullmatch(r"20\d\d(-Q[1-4])?").all()
    years, quarters = rows.period.str[:4].astype(int), rows.period.str[6:]
    last = quarters.replace("", "4").astype(int) * 3
    assert (years * 100 + last < 202610).all()  # the data are of 31 October 2026
    assert set(rows.territory_level) <= {"country", "region", "departement"}
    scopes = generated.cursor().execute("SELECT scope_code FROM reference.scopes").df().scope_code
    assert set(rows.scope_code) <= set(scopes) - {"unknown"}
    assert (rows.value >= 0).all()
    places = generated.cursor().execute("SELECT level, code FROM reference.territories").fetchall()
    assert set(rows[["territory_level", "territory_code"]].itertuples(index=False, name=None)) <= (
        set(places)
    )


@pytest.mark.parametrize(
    "file", [f for f in FILES if f.header["protects"] == "nothing"], ids=name
)  # fmt: skip
def test_public_tables_hold_no_private_person(file, generated):
    rows = rows_of(generated, file.name)
    assert not rows.empty
    assert not {"contributor", "provider_id", "project_id", "request_id"} & set(rows.columns)
    if "withheld_below" in file.header:
        assert int(file.header["withheld_below"]) == 11
        assert rows.contributors.notna().all()


def test_parts_add_up_to_all(generated):
    """So that whoever protects them knows that a part follows from all and the others."""
    for table in ("compliance", "cooperative_hires", "cooperative_providers"):
        rows = rows_of(generated, table)
        if table == "cooperative_providers":
            rows = rows[(rows.scope_code == "all") | rows.scope_code.str.startswith("family_")]
        cell = [column for column in CELL if column != "breakdown"]
        whole = rows[rows.breakdown == "all"].groupby(cell).value.sum()
        parts = rows[rows.breakdown != "all"].groupby(cell).value.sum()
        pd.testing.assert_series_equal(whole, parts)


def test_a_measure_is_one_quantity_in_every_table(generated):
    """One contributor, period, place, scope and breakdown: one value, whichever table tells it."""
    rows = pd.concat([rows_of(generated, file.name) for file in PROTECTED])
    cell = [*CONTRIBUTIONS[:-1], "part"]
    assert (rows.fillna({"part": ""}).groupby(cell).value.nunique() == 1).all()


def values(rows: pd.DataFrame, **cell: str) -> dict[str, float]:
    for column, wanted in cell.items():
        rows = rows[rows[column] == wanted]
    return rows.set_index("contributor").value.to_dict()


FRANCE = {"territory_code": "FR", "scope_code": "all", "breakdown": "all"}


def test_contributions_by_hand(market):
    jobs = rows_of(market, "jobs")
    assert values(jobs, period="2019", measure="employees", **FRANCE) == {A: 6, B: 10, E: 22, G: 2}
    assert values(jobs, period="2019", measure="employees", territory_code="53") == {
        A: 6,
        B: 10,
        G: 2,
    }
    assert values(jobs, period="2019", measure="employees_fte", **FRANCE) == {A: 5, B: 9}
    gardening = FRANCE | {"scope_code": "gardening"}
    assert values(jobs, period="2024", measure="employees", **gardening) == {C: 10, D: 5, G: 2}
    flows = rows_of(market, "job_flows")
    assert values(flows, period="2019", measure="created", **FRANCE) == {A: 2, B: 2, E: 2, G: 0}
    assert values(flows, period="2019", measure="kept", **FRANCE) == {A: 0, B: 8, E: 0, G: 0}
    assert values(flows, period="2021", measure="lost", territory_code="53") == {
        B: 7,
        C: 0,
        F: 5,
        G: 0,
    }
    assert values(flows, period="2021", measure="lost", **FRANCE) == {B: 7, C: 0, F: 5, G: 0}
    lasting = rows_of(market, "lasting")
    assert values(lasting, period="2019", measure="permanent_employees", **FRANCE) == {A: 5}
    cohorts = rows_of(market, "cohorts")
    assert values(cohorts, period="2020", measure="after_3y") == {C: 13, F: 0}
    assert values(cohorts, period="2020", measure="at_birth_3y") == {C: 12, F: 5}
    people = rows_of(market, "cae_people")
    assert values(people, measure="cape_holders", territory_code="FR") == {E: 15}
    comply = rows_of(market, "compliance")
    assert values(comply, breakdown="yes") == {A: 1, E: 1}
    assert values(comply, breakdown="all") == {A: 1, D: 1, E: 1}
    assert values(comply, breakdown="unknown") == {D: 1}
    pipeline = rows_of(market, "pipeline")
    assert values(pipeline, period="2017", measure="financed_eur") == {"P1": 40_000}
    assert values(pipeline, period="2020", measure="registered", **FRANCE) == {"P2": 1, "P5": 1}
    funnel = rows_of(market, "funnel")
    assert values(funnel, period="2019", measure="supported_24m") == {"P2": 1}
    assert values(funnel, period="2019", measure="registered_24m") == {}  # it was never financed
    under_way = rows_of(market, "projects_under_way")
    assert values(under_way, period="2025", **FRANCE) == {"P3": 1}
    assert values(under_way, period="2024", **FRANCE) == {}
    hires = rows_of(market, "hires")
    assert values(hires, period="2025-Q1", **FRANCE) == {A: 1, "V2": 1}
    tied = rows_of(market, "cooperative_hires")
    assert values(tied, period="2025-Q1", **(FRANCE | {"breakdown": "scop"})) == {A: 1}
    offers = rows_of(market, "providers")
    assert values(offers, period="2025-Q4", **FRANCE) == {A: 1, "V2": 1, "V3": 1, "V4": 1}
    one = FRANCE | {"breakdown": "individual"}
    assert values(offers, period="2025-Q4", **one) == {"V2": 1}


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
    times = rows_of(market, "pipeline_times").set_index(["from_step", "to_step"])
    assert (times.contributors < 11).all()  # so none of their figures will be shown


def test_published_survival_is_the_metric(generated):
    published = rows_of(generated, "survival")
    published = published[(published.territory_code == "FR") & (published.scope_code == "all")]
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
