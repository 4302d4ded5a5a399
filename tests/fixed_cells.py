"""What partners get of the cells that their questions need: `python -m tests.fixed_cells BUILD`.

The cells stand in tests/disclosure/cells.csv: per question its measures, for France and each region
with a contributor, in the last five closed years. Public counts, rounded numbers of persons and
zeros protect nobody, and are not counted.
"""

import sys
from pathlib import Path

import duckdb
import pandas as pd

from etl.disclosure import published_tables
from etl.settings import load as load_settings

CELLS = Path(__file__).parent / "disclosure" / "cells.csv"
KEY = ["table", "measure", "level", "code", "period"]
YEARS = 5
BECAME = ("shown", "banded", "merged", "withheld")


def of(build: Path) -> pd.DataFrame:
    """One row a cell: `KEY` and value; is_primary (the rule forbids it by its own rows alone);
    became, one of `BECAME`. merged: without a figure of its own, among other regions that are told
    together; banded, where it got a band for it."""
    asked = pd.read_csv(CELLS, dtype=str)
    names = list(asked["table"].unique())
    with duckdb.connect(str(build / "marketplace.duckdb"), read_only=True) as founders:
        every = pd.concat([_cells(founders, name) for name in names])
        rows = pd.concat([_contributions(founders, name) for name in names])
    with duckdb.connect(str(build / "partners.duckdb"), read_only=True) as partners:
        told = pd.concat([_cells(partners, name) for name in names])
    year = ["table", "measure", "period"]
    others = told.loc[told["level"] == "other_regions", year].assign(has_others=True)
    cells = every[["value", *KEY]].merge(asked, on=["table", "measure", "level"])
    years = cells["period"].astype(int)
    cells = cells[(years > years.max() - YEARS) & (cells["value"] != 0)]
    cells = cells.merge(told.drop(columns="value"), on=KEY, how="left")
    cells = cells.merge(_forbidden(rows), on=KEY, how="left").merge(others, on=year, how="left")
    cells["is_primary"] = cells["is_primary"].eq(True)
    cells["became"] = "withheld"
    cells.loc[(cells["level"] == "region") & cells["has_others"].eq(True), "became"] = "merged"
    cells.loc[cells["low"].notna(), "became"] = "banded"
    cells.loc[cells["status"] == "shown", "became"] = "shown"
    return cells


def table(cells: pd.DataFrame) -> pd.DataFrame:
    """By level and measure, and for each level: how many became what; primary: cells that the rule
    forbids by themselves; hidden: the share that is not told, a band as half."""
    found = pd.crosstab([cells["level"], cells["measure"]], cells["became"])
    found = found.reindex(columns=list(BECAME), fill_value=0)
    found["primary"] = cells.groupby(["level", "measure"])["is_primary"].sum()
    whole = found.groupby(level=0).sum()
    whole.index = pd.MultiIndex.from_product([whole.index, ["all"]])
    found = pd.concat([found, whole]).sort_index()
    number = found[list(BECAME)].sum(axis=1)
    found["hidden"] = (found["banded"] / 2 + found["merged"] + found["withheld"]) / number
    found["primary"] = found["primary"] / number
    return found.round(3)


def _cells(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    return connection.execute(
        f"SELECT '{name}' AS table, measure, territory_level AS level, territory_code AS code,"
        f" period, value, low, status FROM published.{name} WHERE scope_code = 'all'"
    ).df()


def _contributions(connection: duckdb.DuckDBPyConnection, name: str) -> pd.DataFrame:
    """What each firm declared: `KEY`, contributor, part (value, base), figure."""
    (listed,) = (one for one in published_tables.tables() if one.name == name)
    own = connection.execute(listed.body).df()
    found = []
    for part in ("value", "base"):
        if part not in own or own[part].isna().all():
            continue
        one = own[["contributor", "region_code", "period", "measure"]].assign(
            table=name, part=part, figure=own[part].astype(float)
        )
        found += [
            one.assign(level="country", code="FR"),
            one.dropna(subset="region_code").assign(
                level="region", code=lambda rows: rows["region_code"]
            ),
        ]
    return pd.concat(found)


def _forbidden(rows: pd.DataFrame) -> pd.DataFrame:
    """The cells of fewer than three firms, or where one that knows itself would tell the largest of
    the others to less than the share: of a ratio by either of its parts."""
    settings = load_settings()
    firms = rows.assign(figure=rows["figure"].abs()).groupby([*KEY, "part", "contributor"])
    of = firms["figure"].sum().groupby([*KEY, "part"])
    largest, two = of.max(), of.apply(lambda figures: figures.nlargest(2).sum())
    is_told = of.sum() - two < settings.interval_share * largest - 1e-6
    is_primary = is_told | (of.size() < settings.contributing_firms)
    return is_primary.groupby(KEY).any().rename("is_primary").reset_index()


if __name__ == "__main__":
    print(table(of(Path(sys.argv[1]))).to_string())
