"""What metrics say of themselves is so, and their whole SQL can be printed."""

import pytest

from etl import layers
from etl.__main__ import main
from etl.build import warehouse
from etl.insight import registry
from tests.market import metric

# what only some metrics ask for
MORE = {"kind": "all", "unit": "headcount", "origin": "all", "form": "all", "years": [3.0]}


@pytest.fixture(scope="module")
def sample(sample_market):
    with warehouse.open_build((sample_market / "warehouse" / "current").resolve()) as connection:
        yield connection


@pytest.mark.parametrize("name", registry.metrics())
def test_a_metric_is_told_of_the_levels_that_it_names(sample, name):
    levels = registry.metrics()[name].levels
    for level in levels:
        near = {"within_level": "region", "within_code": "84"} if level == "commune" else {}
        rows = metric(
            sample, name, level=level, **near, **MORE, from_="2016-01-01", to="2026-10-01"
        )
        assert not rows.empty, level


def test_the_whole_sql_of_a_metric_is_printed(sample, capsys):
    assert main(["metric", "fill_rate"]) == 0
    printed = capsys.readouterr().out
    assert "marts.request_counts" in printed and "-- shell:" not in printed
    assert printed.strip() == layers.joined(printed).strip()
    asked = {"level": "country", "within_level": "country", "within_code": "FR", "scopes": ["all"]}
    asked |= {"days": 14, "from": "2025-11-01", "to": "2026-10-01"}
    rows = sample.cursor().execute(printed, asked).df()
    assert rows["value"].tolist() == metric(sample, "fill_rate", **asked)["value"].tolist()


def test_rates_and_their_cases_are_told_apart_from_counts_of_all():
    known = registry.metrics()
    assert known["fill_rate"].is_sampled and not known["coverage_population"].is_sampled
    assert known["coverage_demand"].is_sampled and not known["coverage_demand"].is_of_places
    assert not known["gap"].is_sampled and not known["pressure"].is_sampled
    assert registry.metrics("fr")["fill_rate"].label == "Taux de demandes pourvues"
    neither = {name for name, metric in known.items() if metric.direction == "none"}
    assert neither == {"pressure", "price", "requests"}
