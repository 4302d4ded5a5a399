"""What-if figures: unchanged they equal the metrics, changed they equal hand-made ones."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from etl.build import warehouse
from etl.insight.recruit import read_origins, read_places, recruit, what_if
from etl.insight.recruit.reach import gained, reach_between
from tests.market import metric

FROM, TO = dt.date(2025, 11, 1), dt.date(2026, 10, 1)
WINDOW = {"from_": FROM, "to": TO}


@pytest.fixture(scope="module")
def build(sample_market):
    return warehouse.open_build((sample_market / "warehouse" / "current").resolve())


@pytest.mark.parametrize(("level", "code"), [("country", "FR"), ("region", "53")])
@pytest.mark.parametrize("k", [1, 3])
def test_nothing_changed_equals_the_metrics(build, level, code, k):
    found = what_if(read_places(build, "house_cleaning", FROM, TO, level, code), k=k)
    asked = {"level": level, "within_level": level, "within_code": code, "k": k} | WINDOW
    asked |= {"scopes": ["house_cleaning"]}
    assert found.coverage_population == pytest.approx(
        metric(build, "coverage_population", **asked).value[0]
    )
    assert found.coverage_demand == pytest.approx(
        metric(build, "coverage_demand", **asked).value[0]
    )
    assert found.gap == pytest.approx(metric(build, "gap", **asked).value.sum())
    assert found.served == 0


def test_origins_give_back_the_supply_of_every_commune(build):
    places = read_places(build, "house_cleaning", FROM, TO)
    origins = read_origins(build, "house_cleaning", places, 30)
    counted = np.zeros(len(places))
    for reach_km, bases in origins.groupby("reach_km"):
        counted += bases.providers.to_numpy() @ reach_between(bases, places, reach_km).matrix
    assert counted.tolist() == places.providers.tolist()
    farther = np.zeros(len(places))
    for reach_km, bases in origins.groupby(np.maximum(origins.reach_km, 30)):
        farther += bases.providers.to_numpy() @ reach_between(bases, places, reach_km).matrix
    assert gained(origins, places, 30).tolist() == (farther - counted).tolist()
    north = read_places(build, "house_cleaning", FROM, TO, "region", "32")
    near = read_origins(build, "house_cleaning", north, 30)
    assert 0 < len(near) < len(origins)
    assert gained(near, north, 30).tolist() == gained(origins, north, 30).tolist()
    plain = what_if(places, k=1)
    longer = what_if(places, k=1, origins=origins, least_reach_km=30)
    assert plain.communes_covered < longer.communes_covered


def test_who_comes_counts_where_they_reach():
    places = pd.DataFrame(
        {
            "commune_code": ["A", "B", "C"],
            "latitude": [47.0, 47.05, 48.0],  # B is 5.6 km from A
            "longitude": [2.0, 2.0, 2.0],
            "population": [100, 50, 50],
            "providers": [2, 0, 0],
            "requests": [8, 2, 0],
            "unmet": [1.5, 2.0, 0.0],
        }
    )
    origins = places.assign(providers=[2, 0, 0], reach_km=5.0).iloc[:1]
    assert what_if(places, k=2).coverage_population == 0.5
    assert what_if(places, k=2).gap == 2.0
    assert what_if(places, k=3).coverage_demand == 0
    further = what_if(places, k=2, origins=origins, least_reach_km=6)
    assert (further.coverage_population, further.coverage_demand, further.gap) == (0.75, 1, 0)
    more = what_if(places, k=2, extra={"B": 2}, extra_reach_km=4, capacity=0.75)
    assert (more.communes_covered, more.gap, more.served) == (2, 0, 1.5)
    shared = what_if(places, k=3, extra={"A": 1, "B": 1}, extra_reach_km=10, capacity=3)
    assert (shared.communes_covered, shared.gap, shared.served) == (1, 2.0, 3.5)
    with pytest.raises(ValueError, match="Z9"):
        what_if(places, k=1, extra={"Z9": 1})


def test_a_plan_made_from_a_build_serves_what_it_says(build):
    asked = {"scopes": ["house_cleaning"], "within_level": "region", "within_code": "53"} | WINDOW
    rows = metric(build, "recruit_demand", **asked)
    demand = rows.rename(columns={"territory_code": "commune_code", "value": "unmet"})
    plan = recruit(demand, demand, recruits=5, reach_km=20, capacity=4, time_limit_s=2)
    places = read_places(build, "house_cleaning", FROM, TO, "region", "53")
    told = places.set_index("commune_code").loc[demand.commune_code]
    assert told.unmet.tolist() == demand.unmet.tolist()
    assert told.requests.tolist() == demand.n.tolist()
    assert told.known.tolist() == demand.known.tolist()
    assert told.providers.tolist() == demand.providers.tolist()
    assert places.requests.sum() == demand.n.sum() > 0
    extra = dict(zip(plan.places.commune_code, plan.places.recruits, strict=True))
    found = what_if(places, k=3, extra=extra, extra_reach_km=20, capacity=4)
    assert found.served == pytest.approx(plan.objective)
    assert plan.unmet == pytest.approx(places.unmet.sum())
