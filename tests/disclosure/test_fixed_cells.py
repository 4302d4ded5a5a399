"""How much of what their questions need partners get: the cells stand in cells.csv."""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from etl.build import make
from etl.disclosure import published_tables
from etl.sample import sample
from tests import fixed_cells


@pytest.fixture(scope="module")
def cells(sample_market: Path) -> pd.DataFrame:
    return fixed_cells.of(sample_market / "warehouse" / "current")


@pytest.mark.middle
def test_every_measure_of_firms_is_asked(sample_market: Path) -> None:
    asked = pd.read_csv(fixed_cells.CELLS, dtype=str)
    path = sample_market / "warehouse" / "current" / "partners.duckdb"
    with duckdb.connect(str(path), read_only=True) as partners:
        listed = {
            (table.name, measure)
            for table in published_tables.tables()
            if table.protects == "firms"
            for (measure,) in partners.execute(
                f"SELECT DISTINCT measure FROM published.{table.name}"
            ).fetchall()
        }
    # no question asks for full-time equivalents
    assert set(zip(asked["table"], asked["measure"], strict=True)) == listed - {
        ("jobs", "employees_fte")
    }


@pytest.mark.middle
def test_every_cell_is_told_or_named(cells: pd.DataFrame) -> None:
    """A cell with contributors is a row for partners, whatever became of it."""
    assert len(cells) == len(cells.drop_duplicates(fixed_cells.KEY)) > 300
    assert cells["status"].notna().all(), cells[cells["status"].isna()]


def test_what_is_forbidden_by_itself_is_never_a_sum_of_a_region(cells: pd.DataFrame) -> None:
    told = cells[cells["is_primary"] & (cells["became"] == "shown")]
    # a number of firms alive is a public count; nobody agreed in the sample but as the file says
    assert set(told["measure"]) <= {"alive_3y_share"}


def test_regions_lose_little_more_than_the_rule_takes(cells: pd.DataFrame) -> None:
    shares = fixed_cells.table(cells).loc[("region", "all")]
    assert shares["hidden"] <= shares["primary"] + 0.10


def test_the_shares_by_hand() -> None:
    rows = [
        ("country", "jobs", "shown", False),
        ("region", "jobs", "shown", False),
        ("region", "jobs", "banded", True),
        ("region", "euros", "merged", True),
        ("region", "euros", "withheld", False),
    ]
    found = fixed_cells.table(
        pd.DataFrame(rows, columns=["level", "measure", "became", "is_primary"])
    )
    assert found.loc[("country", "all"), "hidden"] == 0
    assert found.loc[("region", "jobs"), "hidden"] == 0.25
    assert found.loc[("region", "all"), ["hidden", "primary"]].tolist() == [0.625, 0.5]


@pytest.mark.long
@pytest.mark.parametrize(("cooperatives", "more"), [(120, 0.10), (500, 0.07), (2000, 0.05)])
def test_more_firms_mean_more_shown(tmp_path: Path, cooperatives: int, more: float) -> None:
    sample(tmp_path / "raw", cooperatives=cooperatives)
    assert make.build(tmp_path / "raw", tmp_path / "warehouse").is_published
    found = fixed_cells.table(fixed_cells.of(tmp_path / "warehouse" / "current"))
    assert found.loc[("country", "all"), "hidden"] <= 0.05
    region = found.loc[("region", "all")]
    assert region["hidden"] <= region["primary"] + more
