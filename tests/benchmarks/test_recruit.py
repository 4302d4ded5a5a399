"""Where to recruit in the whole country: how long it takes, and how far from the best it may be."""

import time

import pytest

from etl.insight.recruit import recruit
from tests.benchmarks import market


@pytest.mark.parametrize(
    ("place", "recruits", "capacity"),
    [("35", 20, 20), ("35", 20, 1000), ("FR", 10, 20), ("FR", 200, 20), ("FR", 200, 1000)],
)
def test_recruits(place, recruits, capacity):
    demand = market.unmet(market.communes())
    if place != "FR":
        demand = demand[demand.departement_code == place]
    started = time.perf_counter()
    plan = recruit(demand, demand, recruits=recruits, reach_km=30, capacity=capacity)
    seconds = time.perf_counter() - started
    assert plan.objective <= plan.upper_bound
    print(
        f"\n{recruits} recruits of {capacity} requests a month in {place}"
        f" ({(demand.unmet > 0).sum():,} communes): {seconds:.1f} s, {plan.method},"
        f" {plan.objective:.0f} of {plan.unmet:.0f} unmet, at most {plan.upper_bound:.0f}"
        f" (gap {plan.gap:.2%})"
    )
