"""Random hierarchical tables to protect, and a reader who tries to work out what is withheld."""

from itertools import combinations
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from etl import disclosure
from etl.disclosure import ledger
from etl.settings import load as load_settings

KEYS = ["period", "territory_level", "territory_code", "scope_code", "breakdown", "measure"]
FAMILIES = {"a": "family_1", "b": "family_1", "c": "family_2", "d": "family_2"}
LIST = """-- grain: one row per contributor, cell and measure
-- answers: a random table
-- columns: as interface
-- protects: {protects}
SELECT * FROM given_rows
"""


def random_rows(draw: np.random.Generator, period: str, firms: int, prefix: str) -> pd.DataFrame:
    """Contributor rows of one random table: commune < département < region < country, and
    domain < family < all, with firms in several domains."""
    rows = []
    for number in range(firms):
        commune = int(draw.integers(0, 8))
        places = [
            ("country", "FR"), ("region", f"R{commune // 4}"), ("departement", f"D{commune // 2}"),
            ("commune", f"C{commune}"),
        ]  # fmt: skip
        domains = draw.choice(list(FAMILIES), size=int(draw.integers(1, 4)), replace=False)
        scopes = {"all", *domains, *(FAMILIES[domain] for domain in domains)}
        value = float(np.ceil(draw.lognormal(1.5, 1.2)))
        rows += [
            (f"{prefix}{period}{number:03d}", period, level, code, scope, "all", "jobs", value)
            for level, code in places
            for scope in sorted(scopes)
            # deep crossings are listed at the top only, as in a real list
            if scope == "all" or level in ("country", "region")
        ]
    return pd.DataFrame(rows, columns=["contributor", *KEYS, "value"])


def publish(
    folder: Path, rows: pd.DataFrame, earlier: list[Path], protects: str = "firms"
) -> tuple[dict, pd.DataFrame]:
    """Makes partners.duckdb of these rows; what the manifest says, and the cells as shown."""
    (folder / "list").mkdir(parents=True)
    (folder / "list" / "jobs.sql").write_text(LIST.format(protects=protects), encoding="utf-8")
    with duckdb.connect(str(folder / "marketplace.duckdb")) as connection:
        connection.execute("CREATE SCHEMA reference; CREATE SCHEMA quality")
        for name in (*disclosure.partners.REFERENCE, "territories"):
            connection.execute(f"CREATE TABLE reference.{name} AS SELECT 'country' AS level")
        connection.execute("CREATE TABLE quality.build AS SELECT 'x' AS build_id")
        connection.register("given_rows", rows)
        edition = disclosure.Edition(earlier, is_synthetic=False, list_folder=folder / "list")
        told = disclosure.make(connection, folder, edition, load_settings())
    if not told["published"]:
        return told, pd.DataFrame()
    with duckdb.connect(str(folder / "partners.duckdb"), read_only=True) as connection:
        return told, connection.execute("SELECT * FROM published.jobs").df()


def enter(warehouse: Path, folder: Path, name: str) -> list[Path]:
    """Enters a publication in the ledger; all that is in it."""
    ledger.append(warehouse, name, folder / disclosure.LEDGER_ENTRY)
    return sorted(ledger.folder(warehouse).glob("*.parquet"))


class Attacker:
    """Solves for one period at the level of single contributors, knowing who is where."""

    def __init__(
        self, rows: pd.DataFrame, cells: pd.DataFrame, earlier: dict[frozenset, float] | None = None
    ) -> None:
        members: dict[tuple, set[str]] = {}
        keys = zip(*(rows[key].tolist() for key in KEYS), strict=True)
        for name, key in zip(rows["contributor"].tolist(), keys, strict=True):
            members.setdefault(key, set()).add(name)
        self.truth = dict(zip(rows["contributor"].tolist(), rows["value"].tolist(), strict=True))
        self.number = {name: at for at, name in enumerate(sorted(self.truth))}
        self.earlier = earlier or {}  # who stood in what was shown before, and its value
        self.sums: dict[frozenset, float] = {}
        self.withheld: set[frozenset] = set()
        for cell in cells.itertuples():
            group = frozenset(members[tuple(getattr(cell, key) for key in KEYS)])
            if cell.status == "shown":
                self.sums[group] = cell.value
            else:
                self.withheld.add(group)

    def _row(self, group: frozenset) -> np.ndarray:
        row = np.zeros(len(self.number))
        row[[self.number[name] for name in group]] = 1
        return row

    def intervals(self, sums: dict[frozenset, float]) -> list[tuple[float, float, float]]:
        """(low, value, high) of each withheld cell: one programme with a copy for each end."""
        targets = sorted(self.withheld, key=sorted)
        if not targets:
            return []
        known = np.array([self._row(group) for group in sums]).reshape(-1, len(self.number))
        copies = [(group, sign) for group in targets for sign in (1, -1)]
        total = max(sums.values(), default=0.0)
        found = linprog(
            np.concatenate([sign * self._row(group) for group, sign in copies]),
            A_eq=sparse.block_diag([sparse.csr_matrix(known)] * len(copies))
            if len(known)
            else None,
            b_eq=np.tile(list(sums.values()), len(copies)) if len(known) else None,
            bounds=(0, 10 * total + 1000),
            method="highs",
        )
        assert found.status == 0
        worlds = found.x.reshape(len(copies), -1)
        ends = [
            float(self._row(group) @ world)
            for (group, _), world in zip(copies, worlds, strict=True)
        ]
        values = [float(sum(self.truth[name] for name in group)) for group in targets]
        return list(zip(ends[::2], values, ends[1::2], strict=True))

    @staticmethod
    def differences(sums: dict[frozenset, float]) -> set[frozenset]:
        """What falls out of taking one or two shown cells away from a shown one."""
        told = set()
        for whole in sums:
            parts = [part for part in sums if part < whole]
            told |= {whole - part for part in parts}
            told |= {
                whole - one - other for one, other in combinations(parts, 2) if not one & other
            }
        return told

    def recovered(self, share: float) -> set[str]:
        """What this publication gives away, in words; not what those before it told already."""
        found = self._recovered(self.sums | self.earlier, share)
        return found - self._recovered(self.earlier, share) if found and self.earlier else found

    def _recovered(self, sums: dict[frozenset, float], share: float) -> set[str]:
        targets = sorted(self.withheld, key=sorted)
        found = {
            f"{sorted(group)}"
            for group, (low, value, high) in zip(targets, self.intervals(sums), strict=True)
            if low > value - min(value, max(share * value, 1)) + 1e-4 * (1 + value)
            or high < value + max(share * value, 1) - 1e-4 * (1 + value)
        }
        told = self.differences(sums) | set(sums)
        return found | {f"{sorted(group)}" for group in told if len(group) in (1, 2)}


def rows_and_columns_withheld(rows: pd.DataFrame) -> tuple[float, float]:
    """The plain way: every territory and every scope that holds a small cell is withheld whole.
    Shares of cells and of value."""
    sums = rows.groupby(KEYS).agg(
        value=("value", "sum"), largest=("value", "max"), count=("value", "size")
    )
    few = (sums["count"] < 3) | (sums["largest"] > 0.85 * sums["value"])
    sums = sums.assign(few=few).reset_index()
    by_row = sums.groupby(["period", "territory_level", "territory_code"])["few"].transform("any")
    by_column = sums.groupby(["period", "scope_code"])["few"].transform("any")
    gone = sums[by_row | by_column]
    return len(gone) / len(sums), gone["value"].sum() / sums["value"].sum()
