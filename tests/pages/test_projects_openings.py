"""Where to start next: what its order and its colours mean, and where to go on from nothing."""

from pathlib import Path

import pytest

from tests import cooperative_market
from tests.market import make_build
from tests.pages.test_recruit_page import PROVIDERS
from tests.pages_fixture import run_page, texts
from tests.partners_fixture import with_partners

OPENINGS = {"view": "openings", "as_": "partner"}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("openings")
    make_build(folder, cooperative_market.DROPS).close()
    return with_partners(folder / "warehouse", folder / "copy")


@pytest.mark.middle
def test_each_part_tells_the_order_it_stands_in(by_hand, monkeypatch) -> None:
    kinds, place = (
        texts(run_page(monkeypatch, by_hand, "projects", part=part, **OPENINGS))
        for part in ("kind", "place")
    )
    assert "60% are filled (the threshold of this page)" in kinds and "our target" not in kinds
    assert "the territories with most of them first" in place and "in order of" not in place


def test_a_share_of_few_requests_has_no_colour(by_hand, monkeypatch) -> None:
    """35: 35 of 60 unmet; 29: of 15."""
    test = run_page(monkeypatch, by_hand, "projects", part="place", in_="region-53", **OPENINGS)
    assert "fewer than 30 cases, too few to tell" in str(
        [one.proto for one in (*test.get("html"), *test.markdown)]
    )
    assert "A share of fewer than 30 requests is not coloured." in texts(test)


@pytest.mark.parametrize(
    ("asked", "way"),
    [
        ({"in_": "region-11"}, "Choose a larger territory."),
        ({"in_": "region-11", "scope": "family_home"}, "Choose a larger territory or all domains."),
        ({"scope": "family_home"}, "Choose all domains."),
    ],
)
def test_the_way_out_is_not_where_the_reader_stands(by_hand, monkeypatch, asked, way) -> None:
    at = run_page(monkeypatch, by_hand, "projects", **OPENINGS, **asked)
    assert way in texts(at)
    ways = {one.key for one in at.button if (one.key or "").startswith("way_")}
    assert ways == {f"way_{name.rstrip('_')}" for name in asked}


@pytest.mark.middle
def test_where_nothing_is_told_nobody_is_sent_anywhere(tmp_path, monkeypatch) -> None:
    make_build(tmp_path, {"providers/2026-10-31.csv": PROVIDERS}).close()
    for view in ("openings", "steps"):
        told = texts(run_page(monkeypatch, tmp_path / "warehouse", "projects", view=view))
        assert "No project of the convention is in the data yet." in told
        assert "Choose" not in told and "choose" not in told


def test_jobs_by_region_stand_the_most_first(by_hand, monkeypatch) -> None:
    asked = {"view": "jobs", "part": "place", "as_": "partner"}
    table = run_page(monkeypatch, by_hand, "cooperatives", **asked).dataframe[0].value
    assert table["Region"].iloc[0] == "Bretagne", "the one region with a number"
