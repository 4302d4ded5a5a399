"""Accessibility of the SQL layers against the definition, its invariant and hand-made figures."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.catchments import SCOPES, accessibility, layers_over
from tests.market import make_build, metric
from tests.sizes import examples


def communes_at(points: list[tuple[float, float]], people: list[int]) -> pd.DataFrame:
    count = len(points)
    return pd.DataFrame(
        {
            "commune_code": [f"{number:05}" for number in range(count)],
            "departement_code": [f"{number % 2:02}" for number in range(count)],
            "region_code": "01",
            "population": people[:count],
            "latitude": [latitude for latitude, _ in points],
            "longitude": [longitude for _, longitude in points],
        }
    )


@st.composite
def worlds(draw):
    points = draw(
        st.lists(
            st.tuples(st.floats(47, 47.6), st.floats(-0.1, 0.9)),
            min_size=1,
            max_size=8,
            unique=True,
        )
    )
    people = draw(st.lists(st.integers(0, 5000), min_size=8, max_size=8))
    communes = communes_at(points, people)
    offer = st.tuples(
        st.sampled_from(SCOPES.scope_code.tolist()),
        st.sampled_from([*communes.commune_code]),
        st.floats(0.1, 80),
        st.one_of(st.none(), st.integers(0, 40)),
    )
    rows = draw(st.lists(offer, min_size=1, max_size=12))
    offers = pd.DataFrame(
        rows, columns=["scope_code", "commune_code", "reach_km", "capacity_per_month"]
    )
    offers["capacity_per_month"] = offers["capacity_per_month"].astype("float64")
    return communes, offers.assign(provider_id=[f"P{number}" for number in range(len(offers))])


@given(worlds())
@settings(max_examples=examples(40))
def test_every_commune_and_domain_agrees_with_the_definition(world):
    communes, offers = world
    found = (
        layers_over(communes, offers, threads=1)
        .execute("SELECT * FROM marts.commune_accessibility")
        .df()
    )
    for scope in SCOPES.scope_code:
        need = communes.population.to_numpy(float)
        of_scope = offers[offers.scope_code == scope]
        expected, reaching = accessibility(communes, of_scope, need)
        rows = found[found.scope_code == scope].set_index("commune_code")
        values = rows.accessibility.reindex(communes.commune_code).fillna(0).to_numpy()
        assert values == pytest.approx(expected, rel=1e-9, abs=1e-12)
        # nobody's capacity is lost, nor counted twice
        assert float((need * values).sum()) == pytest.approx(reaching, rel=1e-9)


def test_two_communes_by_hand():
    # 10 km apart; a provider of 20 km at the first can take 30 requests a month
    communes = communes_at([(47.0, 2.0), (47.0 + 180 / (math.pi * 637.10088), 2.0)], [1000, 500])
    offers = pd.DataFrame(
        {"provider_id": ["P1", "P2"], "scope_code": ["cleaning", "cleaning"]}
        | {"commune_code": ["00000", None], "reach_km": [15.0, 20.0]}
        | {"capacity_per_month": [30.0, 99.0]}
    )
    rows = layers_over(communes, offers).execute(
        "SELECT commune_code, accessibility, population FROM marts.commune_accessibility ORDER BY 1"
    )
    near = math.exp(-0.5)  # d = 10, r = 20
    ratio = 30 / (1000 + 500 * near)
    (_, first, _), (_, second, people) = rows.fetchall()
    assert (first, second) == pytest.approx((ratio, ratio * near), rel=1e-6)
    assert people == 500


def test_no_sum_depends_on_the_order_of_rows():
    """Uneven places, capacities and ages, so that sums of plain doubles would differ in a digit."""
    rng = np.random.default_rng(20261123)
    places, count = 300, 2000
    points = list(zip(rng.uniform(47, 48.5, places), rng.uniform(0, 2, places), strict=True))
    people = (10 ** rng.uniform(0, 6.3, places)).astype(int)
    communes = communes_at(points, [0, *people[1:].tolist()])
    offers = pd.DataFrame(
        {
            "provider_id": np.arange(count),
            "scope_code": rng.choice(SCOPES.scope_code, count),
            "commune_code": rng.choice(communes.commune_code, count),
            "reach_km": rng.uniform(1, 60, count),
            "capacity_per_month": rng.integers(1, 10_000, count).astype(float),
        }
    )
    ages = pd.DataFrame(
        {"territory_level": "commune", "territory_code": communes.commune_code[::2]}
        | {"band": "75+", "year": 2026, "population": communes.population[::2] / 7}
    )

    def figures(seed: int) -> pd.DataFrame:
        tables = [rows.sample(frac=1, random_state=seed) for rows in (communes, offers, ages)]
        connection = layers_over(*tables, threads=1 + seed % 2)
        return connection.execute("FROM marts.commune_accessibility").df()

    first = figures(0)
    assert len(first) > 1000
    for seed in range(1, 4):
        pd.testing.assert_frame_equal(figures(seed), first, check_exact=True)


def need_of(population: list[tuple], band: str = "75+") -> dict[str, float]:
    communes = communes_at([(47, 2), (47.1, 2), (47.2, 2)], [600, 100, 400])
    columns = ["territory_level", "territory_code", "band", "year", "population"]
    offers = pd.DataFrame(
        {"provider_id": ["P"], "scope_code": ["all"], "commune_code": ["00000"]}
        | {"reach_km": [5.0], "capacity_per_month": [1.0]}
    )
    connection = layers_over(communes, offers, pd.DataFrame(population, columns=columns))
    return dict(
        connection.execute(
            "SELECT commune_code, population FROM marts.commune_need WHERE need_band = ?", [band]
        ).fetchall()
    )


def test_a_band_is_spread_over_the_communes_of_its_departement():
    rows = [
        ("departement", "00", "75+", 2024, 100.0),
        ("departement", "00", "75+", 2026, 200.0),
        ("departement", "00", "75+", 2027, 999.0),  # after the build's day
        ("departement", "01", "75+", 2026, 5.0),
        ("departement", "01", "all", 2026, 5000.0),
    ]
    # 00000 and 00002 lie in département 00
    assert need_of(rows) == pytest.approx({"00000": 120, "00002": 80, "00001": 5})
    assert need_of(rows, "all") == {"00000": 600, "00001": 100, "00002": 400}


def test_the_nearest_statement_counts_and_gaps_take_the_share_of_the_rest():
    assert need_of(
        [("commune", "00000", "75+", 2025, 7.0), ("country", "FR", "75+", 2025, 110.0)]
    ) == (pytest.approx({"00000": 7, "00001": 10, "00002": 40}))
    assert need_of([("departement", "00", "75+", 2025, 100.0)]) == pytest.approx(
        {"00000": 60, "00002": 40, "00001": 10}
    )


def test_without_ages_everybody_is_in_need():
    assert need_of([("departement", "00", "0-4", 2025, 9.0)]) == {
        "00000": 600, "00001": 100, "00002": 400,
    }  # fmt: skip


PROVIDERS = """\
provider_id,name,kind,modes,domains,commune_code,reach_km,joined_on,last_seen_on,is_published,capacity_per_month
P1,Anne,individual,direct,house_cleaning|gardening,35238,20,2025-01-10,2026-10-01,true,30
P2,Brest,individual,direct,house_cleaning,29019,5,2025-01-10,2026-10-01,true,
P3,Ailleurs,individual,direct,house_cleaning,,20,2025-01-10,2026-10-01,true,50
"""
REQUESTS = """\
request_id,domain,commune_code,created_at,status,responses,first_response_at,filled_at,closed_at
R1,house_cleaning,35238,2026-08-01 10:00,filled,3,2026-08-01 12:00,2026-08-05 10:00,
R2,house_cleaning,23096,2026-08-02 10:00,expired,0,,,2026-09-02 10:00
R3,house_cleaning,23096,2026-08-03 10:00,expired,0,,,2026-09-02 10:00
R4,gardening,29019,2026-08-03 10:00,expired,0,,,2026-09-02 10:00
R5,gardening,29019,2025-01-03 10:00,expired,0,,,2025-02-02 10:00
"""


@pytest.fixture(scope="module")
def market(tmp_path_factory):
    drops = {"providers/2026-10-31.csv": PROVIDERS, "requests/2026-10-31.csv": REQUESTS}
    return make_build(tmp_path_factory.mktemp("market"), drops)


@pytest.mark.middle
def test_a_real_build_counts_all_capacity_that_reaches_somebody(market):
    rows = metric(market, "accessibility").set_index("scope_code")
    # a capacity counts whole in each domain served, once over all domains; P3 has no commune
    assert rows.numerator["house_cleaning"] == pytest.approx(31)
    assert rows.numerator["gardening"] == pytest.approx(30)
    assert rows.numerator["all"] == pytest.approx(31)
    assert rows.numerator["elderly_care"] == 0
    people = market.execute("SELECT sum(population) FROM reference.communes").fetchone()[0]
    assert rows.denominator["all"] == people == rows.n["all"]
    assert rows.value["all"] == pytest.approx(31 / people)


@pytest.mark.middle
def test_territories_add_up_to_the_country(market):
    for level in ("region", "departement", "commune"):
        rows = metric(market, "accessibility", level=level, scopes=["house_cleaning"])
        assert rows.numerator.sum() == pytest.approx(31)
        assert not rows.value.isna().any() or level == "commune"
    brittany = metric(
        market, "accessibility", level="departement", within_level="region", within_code="53",
        scopes=["house_cleaning"],
    )  # fmt: skip
    assert brittany.territory_code.tolist() == ["22", "29", "35", "56"]
    assert brittany.numerator.sum() == pytest.approx(31, rel=1e-3)


def test_deserts_are_communes_that_ask_in_vain(market):
    rows = metric(market, "deserts").set_index("scope_code")
    people = dict(
        market.execute("SELECT commune_code, population FROM reference.communes").fetchall()
    )
    columns = ["numerator", "denominator", "n", "population"]
    assert rows.loc["house_cleaning", columns].tolist() == [1, 2, 2, people["23096"]]
    assert rows.loc["gardening", columns].tolist() == [1, 1, 1, people["29019"]]
    assert rows.loc["all", columns].tolist() == [1, 3, 2, people["23096"]]
    assert "elderly_care" not in rows.index
    one = metric(market, "deserts", level="commune", scopes=["gardening"])
    assert one.territory_code.tolist() == ["29019"]


def test_a_longer_reach_counts_as_fifty(market):
    communes = communes_at([(47.0, 2.0), (47.4, 2.0), (47.6, 2.0)], [100, 100, 100])
    offers = pd.DataFrame(
        {"provider_id": ["P"], "scope_code": ["all"], "commune_code": ["00000"]}
        | {"reach_km": [90.0], "capacity_per_month": [np.nan]}
    )
    connection = layers_over(communes, offers)
    served = connection.execute("SELECT count(*) FROM marts.commune_accessibility").fetchone()[0]
    pairs = connection.execute("SELECT count(*) FROM staging.reach_communes").fetchone()[0]
    assert (served, pairs) == (2, 3)  # 44.5 km, but not 66.7 km, although the provider drives there
