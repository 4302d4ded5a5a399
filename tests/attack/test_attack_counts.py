"""Numbers of persons: nearly none follows from the others, and the attack finds those that do."""

from pathlib import Path

import pytest

from etl.build import warehouse
from tests.attack.counts import Count, Sums, pinned, read

MOST = 0.001  # of all counts


@pytest.mark.middle
def test_of_the_sample_nearly_no_number_follows(sample_market: Path) -> None:
    build = (sample_market / "warehouse" / "current").resolve()
    years = read(build / warehouse.DATABASE, build / warehouse.PARTNERS)
    found = [one.name for year in years for one in pinned(year)]
    assert not [name for name in found if name.startswith("openings")]
    assert len(found) <= MOST * sum(len(year.counts) for year in years), found


def few(scope: str, truth: int, least: int = 1) -> Count:
    return Count(
        "openings", "2024", ("departement", "35"), scope, "all", "requests", truth, least, 4
    )


def year(least: int, *, families: int) -> Sums:
    """Fewer than five requests, in so many families that each have as few."""
    parts = [few(f"family_{number}", 1, least) for number in range(families)]
    found = Sums([few("all", families), *parts])
    found.know(0, list(range(1, families + 1)), "=>")
    return found


def test_one_in_each_of_four_families_is_found() -> None:
    assert len(list(pinned(year(1, families=4)))) == 5


def test_where_a_zero_reads_as_few_too_nothing_follows() -> None:
    assert not list(pinned(year(0, families=4)))
    assert not list(pinned(year(1, families=3)))
