"""A small list of its own to protect, and a reader who works out what he can from it."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy.optimize import linprog

from etl import disclosure, paths
from etl.disclosure import ledger, partners
from etl.settings import load as load_settings

LIST = """-- grain: one row per firm
-- answers: invented jobs
-- columns: as etl/disclosure/published_tables.py
-- measures: {measures}
-- protects: firms
{head}SELECT * FROM given_rows WHERE table_name = '{name}'
"""
# firm, region, jobs; in the year 2024 unless a fourth entry says another
Firm = tuple


def rows_of(firms: Iterable[Firm], measure: str = "jobs", table: str = "jobs") -> pd.DataFrame:
    found = [
        {
            "table_name": table, "contributor": one[0], "part": "", "region_code": one[1] or None,
            "period": one[3] if len(one) > 3 else "2024", "measure": measure,
            "value": float(one[2]), "base": None, "knowers": one[4] if len(one) > 4 else None,
            "base_knowers": None,
        }
        for one in firms
    ]  # fmt: skip
    return pd.DataFrame(found).astype({"base": float})


class Publisher:
    """A warehouse that publishes one edition after the other."""

    def __init__(self, folder: Path, heads: dict[str, str] | None = None) -> None:
        self.folder, self.heads, self.number = folder, heads or {"jobs": ""}, 0

    @property
    def entries(self) -> list[Path]:
        return sorted(ledger.folder(self.folder).glob("*.parquet"))

    def edition(
        self,
        rows: pd.DataFrame,
        agreed: Iterable[str] = (),
        *,
        is_new: bool = True,
        became: dict[str, str] | None = None,
    ) -> tuple[dict, pd.DataFrame]:
        """What the manifest says, and all cells with table_name. became: firms, by project."""
        self.number += 1
        folder = self.folder / str(self.number)
        (folder / "list").mkdir(parents=True)
        for name, head in self.heads.items():
            measures = ", ".join(sorted(set(rows[rows["table_name"] == name]["measure"])))
            text = LIST.format(name=name, head=head, measures=measures)
            (folder / "list" / f"{name}.sql").write_text(
                text.replace("SELECT * FROM", "SELECT * EXCLUDE (table_name) FROM"), "utf-8"
            )
        with duckdb.connect(str(folder / "marketplace.duckdb")) as connection:
            connection.execute(paths.MACROS.read_text("utf-8"))
            connection.execute(
                "CREATE SCHEMA reference; CREATE SCHEMA quality; CREATE SCHEMA staging"
            )
            for name in (*partners.REFERENCE, "territories"):
                connection.execute(
                    f"CREATE TABLE reference.{name} AS"
                    " SELECT 'country' AS level, DATE '2026-01-31' AS as_of"
                )
            connection.execute("CREATE TABLE quality.build AS SELECT 'x' AS build_id")
            connection.execute(
                "CREATE TABLE staging.cooperatives AS SELECT unnest($agreed) AS siren,"
                " DATE '2025-05-05' AS agrees_to_publish",
                {"agreed": list(agreed) or ["none"]},
            )
            connection.execute(
                "CREATE SCHEMA marts; CREATE TABLE marts.projects AS"
                " SELECT unnest($projects) AS project_id, unnest($firms) AS siren",
                {"projects": list(became or ["none"]), "firms": list((became or {}).values())},
            )
            connection.register("given_rows", rows)
            asked = disclosure.Edition(
                self.entries, False, date(2026, 1, 31), is_new, b"k" * 32, folder / "list"
            )
            told = disclosure.make(connection, folder, asked, load_settings())
        if told["published"] and is_new and "waits" not in told:
            ledger.append(
                self.folder, f"build{self.number}", folder / disclosure.LEDGER_ENTRY,
                folder / partners.FILE,
            )  # fmt: skip
        return told, cells_of(folder / partners.FILE, self.heads)


def cells_of(path: Path, tables: Iterable[str]) -> pd.DataFrame:
    if not path.exists():
        return pd.DataFrame()
    with duckdb.connect(str(path), read_only=True) as connection:
        return pd.concat(
            [
                connection.execute(f"SELECT '{name}' AS table_name, * FROM published.{name}").df()
                for name in tables
            ]
        )


def status(cells: pd.DataFrame) -> dict[str, str]:
    """Of each territory of one measure and year."""
    code = cells["territory_code"].where(cells["territory_level"] != "other_regions", "others")
    return dict(zip(code, cells["status"], strict=True))


def recovered(rows: pd.DataFrame, editions: list[pd.DataFrame], share: float) -> list[str]:
    """The firms of one measure and year (whose figures no edition changed) of whom the cells of
    all editions tell too much: to an outsider, or to a firm that knows itself.

    rows: of the last edition, and of each before those that stood then (editions[i].attrs).
    """
    firms = sorted(set(rows["contributor"]))
    at = {firm: number for number, firm in enumerate(firms)}
    truth = rows.groupby("contributor")["value"].sum().reindex(firms).to_numpy()
    sums, values, least, most, ends = [], [], [], [], []
    for cells, then in ((one, one.attrs["rows"]) for one in editions):
        told = cells[cells["status"].isin(["shown", "revised"])]
        alone = set(told[told["territory_level"] == "region"]["territory_code"])
        region = dict(zip(then["contributor"], then["region_code"], strict=True))
        for cell in cells.itertuples():
            row = np.zeros(len(firms))
            for firm, code in region.items():
                inside = {
                    "country": True, "region": code == cell.territory_code,
                    "other_regions": code not in alone,
                }[cell.territory_level]  # fmt: skip
                row[at[firm]] = float(inside)
            if cell.status != "withheld":
                sums.append(row)
                values.append(cell.value)
            elif not np.isnan(cell.low):
                ends += [row, -row]
                least.append(cell.low)
                most += [cell.high, -cell.low]
    found = []
    for knower in [None, *firms]:
        bounds = [(0, None)] * len(firms)
        if knower:
            bounds[at[knower]] = (truth[at[knower]],) * 2
        for firm in firms:
            if firm == knower or truth[at[firm]] == 0:
                continue
            goal = np.zeros(len(firms))
            goal[at[firm]] = 1
            for sign, end in ((1, 1 - share), (-1, 1 + share)):
                asked = linprog(
                    sign * goal, A_ub=np.array(ends) if ends else None, b_ub=most or None,
                    A_eq=np.array(sums) if sums else None, b_eq=values or None, bounds=bounds,
                )  # fmt: skip
                assert asked.status in (0, 3), asked.message  # 3: it may be anything
                reached = asked.status == 3 or sign * (asked.x @ goal) <= (
                    sign * end * truth[at[firm]] + 1e-4
                )
                if not reached:
                    found.append(f"{firm} of {truth[at[firm]]} by {knower}: {asked.x @ goal}")
    return found
