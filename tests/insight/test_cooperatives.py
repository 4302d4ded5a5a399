"""What is told of co-operatives, against figures worked out by hand on seven of them."""

import math

import pandas as pd
import pytest

from etl import paths
from tests.cooperative_market import DROPS, ROWS, A, B, C, D, E, F, G, register
from tests.market import make_build, metric

PERIOD = {"from_": "2018-01-01", "to": "2025-12-01"}


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    return make_build(tmp_path_factory.mktemp("cooperatives"), DROPS)


def told(market, name: str, **asked) -> pd.DataFrame:
    """Rows of a metric for the country and every domain, 2018 to 2025."""
    return metric(market, name, **({"scopes": ["all"]} | PERIOD | asked))


def one(market, name: str, **asked) -> pd.Series:
    rows = told(market, name, **asked)
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_cooperative_enters_with_the_drop_that_shows_it_and_leaves_as_told(market):
    rows = market.execute(
        "SELECT siren, CAST(entered_on AS VARCHAR), CAST(exited_on AS VARCHAR), exit_kind,"
        " is_living, is_scop_compliant, form FROM marts.cooperatives"
    ).fetchall()
    assert rows == [
        (A, "2019-12-31", None, None, True, "yes", "scop"),
        (B, "2019-12-31", "2021-03-31", "liquidation", False, "no", "scop"),
        (C, "2022-12-31", "2025-12-31", "unknown", False, None, "scic"),  # it vanished
        (D, "2025-12-31", None, None, True, "unknown", "scop"),
        (E, "2019-12-31", None, None, True, "yes", "scop"),  # by its legal category
        (F, "2022-12-31", "2021-06-30", "merger", False, "unknown", "scop"),
        (G, "2019-12-31", "2025-12-31", "unknown", False, None, "other"),  # it fell silent
    ]


def test_births_less_exits_are_the_change_in_count(market):
    before = one(market, "cooperatives", to="2017-12-01")
    after = one(market, "cooperatives")
    growth = one(market, "net_growth")
    births = one(market, "births")
    assert (before.value, after.value) == (1, 3)
    assert (growth.births, growth.exits, growth.value) == (6, 4, 2)
    assert (growth.liquidation, growth.merger, growth.exit_unknown, growth.closure) == (1, 1, 2, 0)
    assert (births.ex_nihilo, births.transmission, births.rescue) == (2, 1, 1)
    assert (births.transformation, births.origin_unknown) == (1, 1)
    assert (after.scop, after.scic, after.cae) == (3, 0, 1)
    brest = told(market, "net_growth", level="departement", within_code="29",
                 within_level="departement")  # fmt: skip
    assert brest.value.tolist() == [0]  # C and G were born, and have left


def test_compliance_leaves_out_who_does_not_say(market):
    row = one(market, "scop_compliance")
    assert (row.numerator, row.denominator, row.left_out) == (2, 2, 1)  # A and E; D does not say


def test_survival_waits_for_the_register_to_show_a_cooperative(market):
    # at 639 days B leaves among B and G; at 2039 C among A, C, G; at 2770 G among A, G
    curve = told(market, "survival", years=[], origin="all", form="all")
    assert (curve.years * 365.25).round().tolist() == [639, 2039, 2770]
    assert curve.at_risk.tolist() == [2, 3, 2]
    assert curve.value.tolist() == pytest.approx([1 / 2, 1 / 3, 1 / 6])
    rows = told(market, "survival", years=[3.0, 5.0, 8.0], origin="all", form="all")
    assert rows.value.tolist() == pytest.approx([0.5, 0.5, math.nan], nan_ok=True)
    assert rows.why.tolist()[2] == "too_young"
    assert (rows.n.iloc[0], rows.left_out.iloc[0]) == (4, 2)  # D and F were seen once only


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"from_": "2010-01-01", "to": "2010-01-01"}, "seen_late"),  # E was 9 when first seen
        ({"from_": "2023-02-01", "to": "2023-02-01"}, "not_followed"),  # D: one drop
    ],
)
def test_survivors_alone_tell_nothing(market, asked, why):
    row = one(market, "survival", years=[3.0], origin="all", form="all", **asked)
    assert math.isnan(row.value) and math.isnan(row.low) and row.why == why


@pytest.mark.middle
def test_a_register_of_the_living_cannot_tell_of_survival(tmp_path):
    drops = {f"cooperatives/{day}.csv": register(ROWS[A], ROWS[G]) for day in
             ("2018-12-31", "2022-12-31", "2025-12-31")}  # fmt: skip
    living = make_build(tmp_path, drops)
    rows = told(living, "survival", years=[3.0, 5.0], origin="all", form="all")
    assert rows.value.isna().all() and set(rows.why) == {"living_only"}


def test_jobs_created_lost_and_kept_year_by_year(market):
    rows = told(market, "jobs", unit="headcount").set_index("year")
    # 2019: B takes over 10 jobs, 8 of them kept; A and E grow by 2. 2020: C does not say how many
    # of its jobs were kept, E declared nothing; F was an association. 2021: B and F leave
    expected = {
        2018: (6, 0, 0, 0, 0, 1), 2019: (2, 4, 0, 0, 8, 0), 2020: (5, 0, 3, 0, 0, 2),
        2021: (0, 0, 0, 12, 0, 2), 2022: (0, 1, 0, 0, 0, 2), 2023: (3, 0, 2, 0, 0, 1),
        2024: (0, 2, 3, 0, 0, 1), 2025: (0, 1, 0, 12, 0, 1),
    }  # fmt: skip
    columns = ["births", "expansions", "contractions", "exits", "kept", "left_out"]
    assert {year: tuple(row) for year, row in rows[columns].iterrows()} == expected
    assert rows.value.tolist() == [6, 6, 2, -12, 1, 1, -1, -11]
    assert rows.loc[2021, "moved"] == 5 and rows.loc[2020, "births_transformed"] == 5
    assert ((rows.closing - rows.opening) == (rows.created - rows.lost + rows.kept)).all()


def test_full_time_equivalents_are_another_figure(market):
    rows = told(market, "jobs", unit="fte", to="2019-12-01").set_index("year")
    # B: 9 full-time equivalents of 10 people, so 7.2 of the 8 kept, and 1.8 created
    assert rows.loc[2019, ["births", "expansions", "kept", "left_out"]].tolist() == pytest.approx(
        [1.8, 1.5, 7.2, 2]
    )


def test_shares_of_jobs_count_those_who_declared_both(market):
    asked = {"from_": "2019-12-01", "to": "2019-12-01"}
    lasting = one(market, "lasting_jobs", **asked)
    assert (lasting.numerator, lasting.denominator, lasting.left_out) == (25, 28, 2)
    # 3 of the 2 employees of G cannot be qualified: unknown
    qualified = one(market, "qualified_jobs", **asked)
    assert (qualified.numerator, qualified.denominator, qualified.left_out) == (18, 38, 1)
    members = one(market, "membership", **asked)
    assert (members.value, members.left_out) == (0.5, 1)


def test_people_of_cae_are_two_figures_and_no_jobs(market):
    row = told(market, "cae_people").set_index("year").loc[2025]
    assert (row.value, row.cape_holders, row.left_out) == (40, 15, 0)
    assert told(market, "cae_people").set_index("year").loc[2024].left_out == 1


def test_jobs_of_a_birth_three_and_five_years_on(market):
    rows = told(market, "job_retention").set_index("year")
    assert rows.loc[2018, ["value", "n", "left_out"]].tolist() == [1, 1, 1]  # A: 2021 not declared
    assert rows.loc[2018, "after_5y"] == 9 / 6
    assert rows.loc[2020, ["value", "after_5y"]].tolist() == pytest.approx([13 / 17, 0])


def test_the_funnel_of_projects(market):
    rows = told(market, "pipeline", from_="2017-01-01").set_index("step")
    assert rows.value.to_dict() == {
        "received": 5, "supported": 4, "financed": 2, "agency_support": 1, "registered": 2,
        "alive_3y": 1,
    }  # fmt: skip
    assert rows.n.to_dict() | {"registered": 3, "alive_3y": 2} == rows.n.to_dict()  # P2: no loan
    assert rows.loc["financed", ["euros", "under_way"]].tolist() == [60_000, 1]
    assert rows.loc["agency_support", "euros"] == 5_000
    assert rows.loc["alive_3y", ["numerator", "denominator"]].tolist() == [1, 2]
    jobs = one(market, "project_jobs", from_="2017-01-01")
    # A had planned 5 and has 4, C 10 and 12; P5 planned nothing
    assert (jobs.numerator, jobs.denominator, jobs.left_out) == (16, 15, 1)


def test_times_between_steps_keep_projects_under_way(market):
    rows = told(market, "pipeline_times", from_="2017-01-01").set_index(["from_step", "to_step"])
    # 31, 31, 60, 61 days, one abandoned after 123
    assert rows.loc[("received", "supported"), ["value", "n"]].tolist() == [60, 5]
    assert math.isnan(rows.loc[("received", "supported"), "p90"])
    # 14, 244, 306; abandoned after 123, under way for 386: S = 4/5, 8/15, 4/15
    assert rows.loc[("received", "registered"), "value"] == 306
    # P5 was registered before it was financed
    assert rows.loc[("financed", "registered"), ["value", "n", "left_out"]].tolist() == [184, 1, 1]


def test_cooperatives_among_providers_and_hires(market):
    providers = one(market, "scop_share_providers")
    assert (providers.numerator, providers.denominator, providers.scop) == (2, 4, 1)
    hires = one(market, "scop_share_hires")
    assert (hires.numerator, hires.denominator, hires.scop, hires.left_out) == (2, 3, 1, 1)
    brest = told(market, "scop_share_hires", level="departement", scopes=["gardening"])
    assert brest.set_index("territory_code").loc["29", ["numerator", "scop"]].tolist() == [1, 0]


def test_openings_name_the_nearest_cae(market):
    rows = told(market, "openings", days=14, scopes=["house_cleaning"])
    row = rows.set_index("territory_code").loc["35"]
    assert (row.value, row.n, row.projects_under_way) == (2, 3, 1)  # R3 was filled too late
    assert (row.cae_siren, row.cae_name, row.cae_in_departement) == (E, "Coop E", 0)
    communes = pd.read_csv(paths.REFERENCE / "communes.csv", dtype=str)
    mine = communes[communes.departement_code == "35"]
    people = mine.population.astype(int).clip(lower=1)
    lat, lon = (
        math.radians((mine[c].astype(float) * people).sum() / people.sum())
        for c in ("latitude", "longitude")
    )
    nantes = communes.set_index("commune_code").loc["44109"]
    lat0, lon0 = math.radians(float(nantes.latitude)), math.radians(float(nantes.longitude))
    cosine = math.sin(lat) * math.sin(lat0) + math.cos(lat) * math.cos(lat0) * math.cos(lon - lon0)
    assert row.cae_km == pytest.approx(math.acos(cosine) * 6371.0088, abs=0.06)


def test_without_any_cooperative_nothing_fails_and_nothing_is_told(tmp_path):
    alone = make_build(tmp_path, {"providers/2026-01-31.csv": DROPS["providers/2026-01-31.csv"]})
    for name in ("cooperatives", "births", "net_growth", "survival", "jobs", "pipeline",
                 "lasting_jobs", "job_retention", "pipeline_times", "openings"):  # fmt: skip
        more = {"years": [3.0], "origin": "all", "form": "all", "unit": "headcount"}
        assert told(alone, name, **more).empty, name
