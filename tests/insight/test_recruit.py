"""Where to recruit: against every possible choice, and against guarantees that must always hold."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from etl.insight.recruit import greedy, recruit
from etl.insight.recruit.exact import reduce
from etl.insight.recruit.flow import Assignment
from etl.insight.recruit.reach import reach_among, reach_between
from tests.sizes import examples

KM = 180 / (math.pi * 6371.0088)  # degrees of latitude in a kilometre


def line(*kilometres: float, **columns) -> pd.DataFrame:
    """Communes on a meridian, so many kilometres from its first point."""
    return pd.DataFrame(
        {
            "commune_code": [f"C{number:02}" for number in range(len(kilometres))],
            "latitude": [47 + km * KM for km in kilometres],
            "longitude": 2.0,
        }
        | columns
    )


def most_served(reach: np.ndarray, demand: np.ndarray, recruits: np.ndarray, capacity: float):
    """The most that recruits at places can serve: a linear programme over who serves whom."""
    places, demands = np.nonzero(reach)
    if not len(places):
        return 0.0
    limits = np.zeros((len(recruits) + len(demand), len(places)))
    limits[places, np.arange(len(places))] = 1
    limits[len(recruits) + demands, np.arange(len(places))] = 1
    ends = np.concatenate([capacity * recruits, demand])
    return -linprog(-np.ones(len(places)), A_ub=limits, b_ub=ends).fun


def best_by_force(reach: np.ndarray, demand: np.ndarray, count: int, capacity: float) -> float:
    places = range(reach.shape[0])
    return max(
        most_served(reach, demand, np.bincount(chosen, minlength=len(places)), capacity)
        for chosen in itertools.combinations_with_replacement(places, count)
    )


markets = st.tuples(
    st.lists(st.integers(0, 40), min_size=2, max_size=6),
    st.lists(st.integers(0, 12), min_size=6, max_size=6),
    st.integers(1, 3),
    st.sampled_from([1.0, 2.5, 4.0, 100.0]),
    st.sampled_from([0.0, 5.0, 10.0, 15.0]),
)


@settings(max_examples=examples(80))
@given(markets)
def test_exact_is_the_best_and_greedy_keeps_its_promise(market):
    kilometres, unmet, count, capacity, reach_km = market
    places = line(*kilometres)
    demand = places.assign(unmet=unmet[: len(places)])
    reach = reach_between(places, demand, reach_km)
    unmet = demand.unmet.to_numpy(dtype=float)
    best = best_by_force(reach.matrix.toarray(), unmet, count, capacity)
    asked = {"recruits": count, "reach_km": reach_km, "capacity": capacity}

    exact = recruit(demand, places, **asked)
    quick = recruit(demand, places, **asked, time_limit_s=0)
    chosen = greedy.choose(reach, unmet, count, capacity)

    assert exact.objective == pytest.approx(best, abs=1e-6)
    assert exact.is_proven
    assert chosen.objective >= (1 - 1 / math.e) * best - 1e-6
    for first in (quick, chosen):
        assert first.objective <= best + 1e-6
        assert first.upper_bound >= best - 1e-6
    for plan in (exact, quick):
        assert plan.places.recruits.sum() <= count
        assert plan.places.requests_per_month.sum() == pytest.approx(plan.objective, abs=1e-6)
        assert plan.unmet == demand.unmet.sum()


@settings(max_examples=examples(60))
@given(markets, st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_a_flow_that_grows_is_a_maximum_flow(market, chosen):
    kilometres, unmet, _, capacity, reach_km = market
    places = line(*kilometres)
    demand = np.array(unmet[: len(places)], dtype=float)
    reach = reach_between(places, places, reach_km)
    assignment = Assignment(reach, demand, capacity)
    chosen = [place % len(places) for place in chosen]
    for step, place in enumerate(chosen, 1):
        assignment.add(place)
        recruits = np.bincount(chosen[:step], minlength=len(places))
        expected = most_served(reach.matrix.toarray(), demand, recruits, capacity)
        assert assignment.served == pytest.approx(expected, abs=1e-6)
        assert assignment.left.min() >= 0
        assert assignment.served + assignment.left.sum() == pytest.approx(demand.sum())


def test_by_hand_one_recruit_stands_where_it_reaches_most():
    demand = line(0, 8, 16, 60, unmet=[3.0, 1.0, 3.0, 5.0])
    plan = recruit(demand, demand, recruits=2, reach_km=10, capacity=100)
    assert plan.method in {"exact", "greedy"} and plan.is_proven
    assert plan.places.to_dict("list") == {
        "rank": [1, 2],
        "commune_code": ["C01", "C03"],
        "recruits": [1, 1],
        "requests_per_month": [7.0, 5.0],
        "each": [[7.0], [5.0]],
        "cumulated_requests_per_month": [7.0, 12.0],
        "cumulated_share": [7 / 12, 1.0],
    }


def test_capacity_puts_several_recruits_in_one_commune():
    demand = line(0, 50, unmet=[10.0, 3.0])
    plan = recruit(demand, demand, recruits=3, reach_km=5, capacity=4)
    assert plan.objective == 11  # 4 + 4 and 3, rather than 4 + 4 + 2
    assert dict(zip(plan.places.commune_code, plan.places.recruits, strict=True)) == {
        "C00": 2,
        "C01": 1,
    }


def test_greedy_hands_requests_over():
    # a recruit at C01 takes C00 first; one at C00 reaches C00 only, so C01 must move on to C02
    demand = line(0, 9, 19, unmet=[4.0, 0.0, 4.0])
    reach = reach_between(line(0, 9), demand, 10)
    assert reach.matrix.toarray().tolist() == [[1, 1, 0], [1, 1, 1]]
    assignment = Assignment(reach, demand.unmet.to_numpy(), capacity=4)
    assert [assignment.add(1), assignment.add(0)] == [4, 4]
    assert assignment.left.tolist() == [0, 0, 0]


def test_greedy_is_not_best_where_the_programme_is():
    demand = line(0, 10, 20, 30, unmet=[5.0, 4.0, 4.0, 5.0])
    asked = {"recruits": 2, "reach_km": 10, "capacity": 100.0}
    places = line(5, 15, 25)
    assert recruit(demand, places, **asked, time_limit_s=0).objective == 18
    middle = line(0, 10, 20, 30, 40, 50, unmet=[3.0, 2.0, 2.0, 2.0, 2.0, 3.0])
    quick = recruit(middle, middle, **asked, time_limit_s=0)
    exact = recruit(middle, middle, **asked)
    assert exact.objective == 14 >= quick.objective


def test_nothing_to_close_is_an_empty_plan():
    places = line(0, 10)
    for demand in (line(unmet=[]), places.assign(unmet=0.0)):
        plan = recruit(demand, places, recruits=5, reach_km=10, capacity=3)
        assert (plan.objective, plan.unmet, plan.gap, len(plan.places)) == (0, 0, 0, 0)
    none = recruit(places.assign(unmet=1.0), line(), recruits=5, reach_km=10, capacity=3)
    assert none.objective == 0 and none.unmet == 2


@pytest.mark.parametrize(
    "wrong",
    [{"recruits": 0}, {"recruits": 201}, {"reach_km": -1}, {"capacity": 0}, {"reach_km": math.nan}],
)
def test_numbers_out_of_range_are_refused(wrong):
    demand = line(0, unmet=[1.0])
    with pytest.raises(ValueError, match=next(iter(wrong))):
        recruit(demand, demand, **({"recruits": 1, "reach_km": 1, "capacity": 1} | wrong))


def test_rows_in_any_order_give_the_same_plan():
    places = line(0, 7, 14, 30, 44, 51, unmet=[2.0, 1.0, 2.0, 4.0, 1.0, 3.0])
    asked = {"recruits": 3, "reach_km": 10, "capacity": 3}
    shuffled = places.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        recruit(places, places, **asked).places, recruit(shuffled, shuffled, **asked).places
    )


def test_a_smaller_problem_keeps_what_matters():
    # C00 reaches less than C01, C03 less than C02; the first two and the last two go together
    reach = reach_between(line(0, 4, 20, 29), line(1, 2, 12, 21, 30), 10).matrix
    small = reduce(reach, np.array([1.0, 2.0, 4.0, 8.0, 16.0]))
    assert small.places.tolist() == [1, 2]
    assert sorted(small.demand.tolist()) == [3, 4, 24]


@given(st.floats(1, 200), st.integers(0, 2**31))
@settings(max_examples=examples(25))
def test_reach_is_the_great_circle(reach_km, seed):
    rng = np.random.default_rng(seed)
    places = pd.DataFrame(
        {"latitude": rng.uniform(42, 51, 40), "longitude": rng.uniform(-4, 8, 40)}
    )
    found = reach_between(places, places.copy(), reach_km)
    among = reach_among(places, reach_km)
    a, b = np.radians(places.to_numpy()).T
    half = (
        np.sin((a[:, None] - a) / 2) ** 2
        + np.cos(a[:, None]) * np.cos(a) * np.sin((b[:, None] - b) / 2) ** 2
    )
    km = 2 * 6371.0088 * np.arcsin(np.sqrt(half))
    for reach in (found, among):
        assert (reach.matrix.toarray() == (km <= reach_km)).all()
        assert (reach.reverse.toarray() == reach.matrix.toarray().T).all()
        for row in range(40):
            near = reach.nearest_first(row)
            assert len(near) == (km[row] <= reach_km).sum()
            assert (np.diff(km[row][near]) >= -1e-9).all()


@settings(max_examples=examples(40))
@given(st.lists(st.integers(0, 60), min_size=1, max_size=8), st.integers(0, 30), st.data())
def test_reach_is_cut_to_the_demand_that_counts(kilometres, reach_km, data):
    """What is cut is what plain arrays say, and so are the origins of some targets."""
    reach = reach_between(line(*kilometres), line(*kilometres[::-1], 31), reach_km)
    whole = reach.matrix.toarray()
    wanted = np.array(
        data.draw(st.lists(st.booleans(), min_size=whole.shape[1], max_size=whole.shape[1]))
    )
    cut = reach.towards(wanted)
    assert (cut.matrix.toarray() == whole[:, wanted]).all()
    for origin in range(len(whole)):
        found = np.flatnonzero(wanted)[cut.nearest_first(origin)]
        assert found.tolist() == [one for one in reach.nearest_first(origin) if wanted[one]]
    targets = np.flatnonzero(wanted)
    origins, times = reach.origins_of(targets)
    assert times.tolist() == whole[:, targets].sum(axis=0).tolist()
    assert origins.tolist() == [
        one for target in targets for one in np.flatnonzero(whole[:, target])
    ]
