"""Where a recruit is needed first, held against every choice of a commune."""

import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from etl.build import make
from etl.insight import priorities, small_samples
from pages.overview import figures
from pages.shared.months import Period
from tests import overview_market as market
from tests.market import write_drops

YEAR = Period(dt.date(2025, 11, 1), dt.date(2026, 10, 1))
NOW = ("2025-11", "2026-10")
POINT = ("latitude", "longitude")


@pytest.fixture(scope="module")
def rows() -> market.Market:
    return market.make()


@pytest.fixture(scope="module")
def home(rows: market.Market, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("priorities")
    result = make.build(write_drops(folder / "raw", rows.drops), folder / "warehouse")
    assert result.is_published
    return folder / "warehouse"


def test_first_is_where_a_recruit_could_serve_most_where_providers_are_few(home, rows, monkeypatch):
    reached = market.reached(rows, market.AS_OF)
    posted = market.in_months(rows, *NOW).dropna(subset=["commune_code", "domain"])
    posted["providers"] = [reached.loc[row.commune_code, row.domain] for row in posted.itertuples()]
    posted = posted[posted["providers"] < 3].merge(
        rows.communes[["commune_code", "departement_code", "population"]]
    )
    known = (posted["age"] >= 14) & posted["known"]
    posted["unmet"] = known & ~(posted["filled_days"] <= 14)
    monkeypatch.setenv("MAILLAGE_WAREHOUSE", str(home))
    found = figures.read(figures.read_loaded(), "all", 3, 14, YEAR).gaps
    assert len(found) > 1
    lost = posted[posted["unmet"]].groupby(["departement_code", "domain"])
    most = {cell: served(rows, reached[cell[1]] < 3, asked) for cell, asked in lost}
    assert found["served"].tolist() == sorted(most.values(), reverse=True)[:10]
    for row in found.itertuples():
        cell = posted[
            (posted["departement_code"] == row.departement_code)
            & (posted["domain"] == row.scope_code)
        ]
        places = cell.drop_duplicates("commune_code")
        assert (row.numerator, row.n) == (cell["unmet"].sum(), len(cell))
        assert row.unmet == pytest.approx(cell["unmet"].sum() / 12)
        assert row.served == most[row.departement_code, row.scope_code] == row.value * 12
        assert row.low < row.value < row.high
        assert row.population == places["population"].sum()
        assert row.missing == (3 - places["providers"]).sum()


def served(rows: market.Market, lacks: pd.Series, asked: pd.DataFrame) -> int:
    """The most of these requests within 10 km of one commune that lacks, in their département."""
    places = rows.communes[rows.communes["commune_code"].map(lacks)]
    bases = places[places["departement_code"] == asked["departement_code"].iloc[0]]
    there = asked[["commune_code"]].merge(rows.communes)
    latitude, longitude = (np.radians(bases[c].to_numpy())[:, None] for c in POINT)
    north, east = (np.radians(there[c].to_numpy())[None, :] for c in POINT)
    arc = np.arccos(
        np.clip(
            np.sin(latitude) * np.sin(north)
            + np.cos(latitude) * np.cos(north) * np.cos(longitude - east),
            -1,
            1,
        )
    )
    near = 6371.0088 * arc <= 10
    near |= bases["commune_code"].to_numpy()[:, None] == there["commune_code"].to_numpy()
    return int(near.sum(axis=1).max())


@pytest.mark.parametrize("count", [1, 3, 10, 200])
def test_intervals_of_counts_are_near_the_exact_ones(count):
    low, high = small_samples.poisson_interval(np.array(count))
    assert low == pytest.approx(chi2.ppf(0.025, 2 * count) / 2, abs=0.04)
    assert high == pytest.approx(chi2.ppf(0.975, 2 * count + 2) / 2, rel=0.005)


def test_published_openings_go_by_what_is_unmet_beyond_the_target() -> None:
    """Many unmet of very many say that providers are there; what is not told comes last."""
    rows = pd.DataFrame(
        {
            "code": ["59", "35", "30", "75"],
            "unmet": [59, 40, 43, None],
            "known": [222, 45, 57, None],
        }
    )
    found = priorities.of_published(rows, 0.6)
    assert found["code"].tolist() == ["35", "30", "59", "75"]
    assert found["beyond"].head(2).tolist() == pytest.approx([22.0, 20.2])
    none = priorities.of_published(rows.tail(1).astype({"unmet": "Int64", "known": "Int64"}), 0.6)
    assert not none["beyond"].iloc[0] > 0, "nothing is told of what is withheld"
