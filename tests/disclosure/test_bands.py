"""Bands of what is withheld, for one edition and over several."""

from pathlib import Path

import pytest

from etl.disclosure import bands
from tests.disclosing import Publisher, rows_of, status

EVEN = [(f"e{n}", "11", 10 + n) for n in range(5)]
MORE = [(f"m{n}", "53", 20 + n) for n in range(5)]


@pytest.mark.parametrize(
    ("value", "unit", "found"),
    [(14, 1, (10, 20)), (7, 1, (5, 10)), (45, 1, (20, 100)), (130_000, 1000, (100_000, 200_000)),
     (0.62, 0.01, (0.2, 1.0))],
)  # fmt: skip
def test_a_band_is_the_shortest_run_of_steps(value, unit, found) -> None:
    assert bands.band(value, 0.2, unit) == pytest.approx(found)


def test_a_band_tells_no_firm_that_has_no_region(tmp_path: Path) -> None:
    """66 less 23, whose firm knows itself, less at least 10 in 84 would leave 33 for one of 28."""
    few = [("x", "", 28), ("y", "", 23), ("b1", "84", 10), ("b2", "84", 5)]
    _, cells = Publisher(tmp_path).edition(rows_of([*EVEN, *MORE, *few]))
    assert cells[cells["territory_code"] == "84"]["low"].isna().all()


def test_bands_once_told_keep_a_region_among_the_others(tmp_path: Path) -> None:
    """x agrees, so that 76 and y could stand without 75; but the band of 76 would tell y."""
    publisher = Publisher(tmp_path)
    firms = [*[(f"a{n}", "53", 20) for n in range(5)], *[(f"b{n}", "75", 30) for n in range(4)]]
    held = [("c", "76", 3), ("d", "76", 4), ("y", "", 14), ("x", "", 100)]
    rows = rows_of([*firms, *held])
    first = publisher.edition(rows)[1].set_index("territory_code")
    assert first.loc[["75", "76"], "low"].tolist() == [50.0, 5.0]
    second = publisher.edition(rows, agreed=["x"])[1]
    assert status(second)["75"] == "withheld"


def test_a_band_of_the_country_stands_beside_a_late_report(tmp_path: Path) -> None:
    """Of the three together, 163, the band of the first two, 50 to 100, would leave 63 to 113 for
    the 100 of c."""
    publisher, late = Publisher(tmp_path), [("c", "53", 100)]
    few = [("a", "53", 40), ("b", "84", 23)]
    for firms in (few, [*few, *late], few):
        cells = publisher.edition(rows_of(firms))[1].set_index("territory_code")
        assert cells.loc["FR", ["status", "low", "high"]].tolist() == ["withheld", 50.0, 100.0]
        assert cells.loc["FR", "edition"] == "2026-Q1"
    many = [*few, *late, ("d", "53", 40), ("e", "53", 60)]
    assert status(publisher.edition(rows_of(many))[1])["FR"] == "shown"


def test_bands_stay_that_would_be_told_no_longer(tmp_path: Path) -> None:
    """With the 8 of x the bands would tell z, who knows itself, of y; but they are told. Without x,
    79 - 2 - 10 would leave 67 at most for the 57 of y."""
    publisher = Publisher(tmp_path)
    held = [("x", "28", 8), ("z", "27", 2), ("y", "", 57), ("a", "24", 2)]
    held += [("b", "24", 8), ("c", "24", 10)]
    rows = rows_of([*EVEN, *MORE, *held])
    editions = [publisher.edition(rows, agreed)[1] for agreed in ([], ["x"], [])]
    for cells in editions:
        assert status(cells)["28"] == "withheld"
        lows = cells.set_index("territory_code")["low"]
        assert lows[["24", "27", "28"]].tolist() == [10.0, 0.0, 5.0]


def test_regions_once_told_without_bands_get_none_with_another_sum(tmp_path: Path) -> None:
    """Of 80 z would know that no more than 52 are left for the 45 of y, were 24 told as 10 to 20:
    of 125, with three firms more, each would be uncertain enough."""
    publisher = Publisher(tmp_path)
    held = [("a", "24", 10), ("b", "24", 3), ("y", "27", 45), ("z", "27", 18), ("c", "27", 4)]
    late = [("f", "27", 23), ("g", "27", 14), ("h", "27", 8)]
    for firms, others in ((held, 80), ([*held, *late], 125)):
        cells = publisher.edition(rows_of([*EVEN, *MORE, *firms]))[1]
        of = cells[cells["territory_level"] == "other_regions"]
        assert of["value"].tolist() == [others] and cells["low"].isna().all()
