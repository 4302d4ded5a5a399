"""What-if figures: unchanged they equal the metrics, changed they equal hand-made ones."""

import datetime as dt

import pandas as pd
import pytest

from etl.build import warehouse
from etl.insight.recruit import Coverage, read_places, recruit, what_if
from tests.market import metric

FROM, TO = dt.date(2025, 11, 1), dt.date(2026, 10, 1)
WINDOW = {"from_": FROM, "to": TO}


@pytest.fixture(scope="module")
def build(sample_market):
    return warehouse.open_build((sample_market / "warehouse" / "current").resolve())


@pytest.mark.parametrize(("level", "code"), [("country", "FR"), ("region", "53")])
@pytest.mark.parametrize("k", [1, 3])
def test_nothing_changed_equals_the_metrics(build, level, code, k):
    found = what_if(read_places(build, "house_cleaning", FROM, TO, k, level, code), k=k)
    asked = {"level": level, "within_level": level, "within_code": code, "k": k} | WINDOW
    asked |= {"scopes": ["house_cleaning"]}
    for name in ("coverage_population", "coverage_demand", "coverage_cells"):
        assert getattr(found, name) == pytest.approx(metric(build, name, **asked).value[0])


def test_who_comes_counts_where_they_reach():
    places = pd.DataFrame(
        {
            "commune_code": ["A", "B", "C"],
            "latitude": [47.0, 47.05, 48.0],  # B is 5.6 km from A
            "longitude": [2.0, 2.0, 2.0],
            "population": [100, 50, 50],
            "providers": [2, 0, 0],
            "requests": [8, 2, 0],
        }
    )
    assert what_if(places, k=2) == Coverage(0.5, 0.8, 1 / 3)
    assert what_if(places, k=3).coverage_demand == 0
    assert what_if(places, k=2, extra={"B": 2}, extra_reach_km=4) == Coverage(0.75, 1, 2 / 3)
    shared = what_if(places, k=3, extra={"A": 1, "B": 1}, extra_reach_km=10)
    assert shared.coverage_cells == 1 / 3
    with pytest.raises(ValueError, match="Z9"):
        what_if(places, k=1, extra={"Z9": 1})


def test_a_plan_made_from_a_build_serves_what_it_says(build):
    asked = {"scopes": ["house_cleaning"], "within_level": "region", "within_code": "53"} | WINDOW
    rows = metric(build, "recruit_demand", **asked)
    demand = rows.rename(columns={"territory_code": "commune_code", "value": "unmet"})
    plan = recruit(demand, demand, recruits=5, reach_km=20, capacity=4, time_limit_s=2)
    places = read_places(build, "house_cleaning", FROM, TO, 3, "region", "53")
    assert (places.lacks_providers == (places.providers < 3)).all()
    gap = metric(build, "gap", **asked | {"level": "region"}).value
    assert places[places.lacks_providers].unmet.sum() == pytest.approx(gap.sum())
    told = places.set_index("commune_code").loc[demand.commune_code]
    assert told.unmet.tolist() == demand.unmet.tolist()
    assert told.requests.tolist() == demand.n.tolist()
    assert told.known.tolist() == demand.known.tolist()
    assert told.providers.tolist() == demand.providers.tolist()
    assert demand.n.sum() == places[places.lacks_providers].requests.sum() > 0
    assert sum(plan.each) == pytest.approx(plan.objective)
    assert plan.unmet == pytest.approx(gap.sum())
