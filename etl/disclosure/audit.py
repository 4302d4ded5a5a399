"""The audit: what can a reader work out from partners.duckdb and all publications before it?

It goes by the file that partners get and the contributors' rows, not by anything that suppression
decided. For each withheld cell, and each small group that no known sum tells apart, it looks for
the lowest and the highest value in a world that agrees with everything known.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from etl.disclosure.listing import KEYS, DisclosureError, Table
from etl.disclosure.rules import Rules

SQL = Path(__file__).with_name("audit.sql")
TOLERANCE = 1e-5
SWEEPS = 16  # worlds that are looked for before targets are taken one by one


def run(
    connection: duckdb.DuckDBPyConnection, path: Path, tables: list[Table], rules: Rules
) -> dict[str, int]:
    """Numbers of withheld cells and groups checked, and of those that earlier publications had
    given away. Raises DisclosureError when anything else can be worked out."""
    _read_shown(connection, path, tables)
    for statement in duckdb.extract_statements(SQL.read_text(encoding="utf-8")):
        wanted = {"firms": rules.firms, "persons": rules.persons}
        connection.execute(statement, wanted if "$firms" in statement.query else {})
    reader = Reader(connection)
    narrow = reader.narrow(rules, earlier_only=False)
    # what earlier publications tell by themselves, no withholding today can take back
    given_away = reader.narrow(rules, earlier_only=True, names=narrow) if narrow else []
    broken = sorted(set(narrow) - set(given_away))
    if broken:
        raise DisclosureError(
            f"the audit found {len(broken)} withheld figures that could be worked out,"
            f" first {broken[0]}"
        )
    return {"checked": len(reader.targets), "given_away_earlier": len(given_away)}


def _read_shown(connection: duckdb.DuckDBPyConnection, path: Path, tables: list[Table]) -> None:
    """The cells as the file has them; a cell that is withheld must hold nothing."""
    names = ", ".join(KEYS)
    connection.execute(f"ATTACH '{path}' AS audited (READ_ONLY)")
    try:
        parts = [
            f"SELECT '{table.name}' AS table_name, {names}, value, contributors, status"
            f" FROM audited.published.{table.name}"
            for table in tables
        ]
        connection.execute(
            "CREATE TEMP TABLE shown AS "
            + (
                " UNION ALL ".join(parts)
                or "SELECT table_name, "
                + names
                + ", value, 0 AS contributors, '' AS status FROM given"
            )
        )
    finally:
        connection.execute("DETACH audited")
    wrong = connection.execute(
        "SELECT count(*) FROM shown WHERE status <> 'shown'"
        " AND (value IS NOT NULL OR contributors IS NOT NULL)"
    ).fetchall()[0][0]
    if wrong:
        raise DisclosureError(f"{wrong} withheld cells hold a figure")


@dataclass(frozen=True)
class Target:
    """A sum to keep uncertain: the classes in it, and whether it holds all of each."""

    classes: np.ndarray
    is_whole: np.ndarray
    value: float
    is_persons: bool


class Reader:
    """Everything known, as sums over classes of unknowns, and the targets as shares of classes."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        def table(sql: str) -> pd.DataFrame:
            return connection.execute(sql).df()

        classes = table(
            "SELECT class, CAST(sum(CAST(value AS DECIMAL(28, 4))) AS DOUBLE) AS value,"
            " count(*) AS size, bool_or(value < 0) AS is_free"
            " FROM audit_classes GROUP BY class ORDER BY class"
        )
        self.truth = classes["value"].to_numpy()
        self.is_free = classes["is_free"].to_numpy(dtype=bool)
        known = table(
            "SELECT DISTINCT known, class, sign FROM audit_known"
            " INNER JOIN audit_classes ON audit_known.var = audit_classes.var ORDER BY ALL"
        )
        row, names = pd.factorize(known["known"], sort=True)
        self.is_earlier = np.array([str(name).startswith("earlier/") for name in names], dtype=bool)
        self.sums = sparse.csr_matrix(
            (known["sign"].to_numpy(dtype=float), (row, known["class"].to_numpy())),
            (len(names), len(classes)),
        )
        self.totals = self.sums @ self.truth
        self.limits = table(
            "SELECT DISTINCT low.class AS low, high.class AS high FROM audit_limits"
            " INNER JOIN audit_classes AS low ON audit_limits.low_var = low.var"
            " INNER JOIN audit_classes AS high ON audit_limits.high_var = high.var ORDER BY ALL"
        ).to_numpy(dtype=int)
        targets = table(
            "SELECT target, bool_or(is_persons) AS is_persons, audit_classes.class,"
            " count(*) AS inside, CAST(sum(CAST(audit_classes.value AS DECIMAL(28, 4))) AS DOUBLE)"
            "   AS value"
            " FROM audit_targets INNER JOIN audit_classes ON audit_targets.var = audit_classes.var"
            " GROUP BY target, audit_classes.class ORDER BY ALL"
        )
        targets["is_whole"] = (
            targets["inside"].to_numpy() >= classes["size"].to_numpy()[targets["class"]]
        )
        self.targets = {
            str(name): Target(
                part["class"].to_numpy(),
                part["is_whole"].to_numpy(dtype=bool),
                float(part["value"].sum()),
                bool(part["is_persons"].any()),
            )
            for name, part in targets.groupby("target")
        }
        tied = sparse.vstack([self.sums, self._differences(np.arange(len(self.limits)))])
        graph = sparse.bmat([[None, tied.T], [tied, None]])
        linked = sparse.csgraph.connected_components(abs(graph), directed=False)[1]
        self.parts = linked[: len(self.truth)]

    def _differences(self, chosen: np.ndarray) -> sparse.csr_matrix:
        """Rows that are at most 0: the lower of each pair less the higher."""
        at = np.arange(len(chosen)).repeat(2)
        signs = np.tile([1.0, -1.0], len(chosen))
        classes = self.limits[chosen].ravel() if len(chosen) else np.zeros(0, dtype=int)
        return sparse.csr_matrix((signs, (at, classes)), (len(chosen), len(self.truth)))

    def narrow(
        self, rules: Rules, *, earlier_only: bool, names: list[str] | None = None
    ) -> list[str]:
        """The targets whose interval is too narrow for what is known, or was known before."""
        found = []
        waiting: dict[int, list[str]] = {}
        for name in names if names is not None else self.targets:
            part = int(self.parts[self.targets[name].classes[0]])
            waiting.setdefault(part, []).append(name)
        rows = self.is_earlier if earlier_only else np.ones(len(self.totals), dtype=bool)
        for part, members in waiting.items():
            inside = np.flatnonzero(self.parts == part)
            worlds = self._sweep(members, inside, rows)
            for name in members:
                target = self.targets[name]
                below, above = rules.widths(np.array([target.value]), np.array([target.is_persons]))
                slack = TOLERANCE * max(1.0, abs(target.value))
                for sign, goal in (
                    (1, target.value - below[0] + slack),
                    (-1, target.value + above[0] - slack),
                ):
                    if (self._ends(target, sign, worlds) * sign <= goal * sign).any():
                        continue
                    world = self._extreme(target, sign, inside, rows)
                    worlds = np.vstack([worlds[-100:], world])
                    if self._ends(target, sign, worlds[-1:])[0] * sign > goal * sign:
                        found.append(name)
                        break
        return found

    def _ends(self, target: Target, sign: int, worlds: np.ndarray) -> np.ndarray:
        """The lowest (1) or highest (-1) value of a target in each world."""
        if (self.is_free[target.classes] & ~target.is_whole).any():
            return np.full(len(worlds), -np.inf * sign)
        counted = target.classes[target.is_whole] if sign > 0 else target.classes
        return worlds[:, counted].sum(axis=1)

    def _sweep(self, names: list[str], inside: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The truth, and worlds that push every target up or down, each another way."""
        worlds = [self.truth]
        draw = np.random.default_rng(3)
        for _ in range(SWEEPS if len(names) > SWEEPS else 0):
            cost = np.zeros(len(self.truth))
            for name in names:
                target, sign = self.targets[name], draw.choice([1, -1])
                counted = target.classes[target.is_whole] if sign > 0 else target.classes
                np.add.at(cost, counted, sign * draw.uniform(0.5, 1.5) / max(1, target.value))
            worlds.append(self._solve(cost, inside, rows))
        return np.array(worlds)

    def _extreme(
        self, target: Target, sign: int, inside: np.ndarray, rows: np.ndarray
    ) -> np.ndarray:
        cost = np.zeros(len(self.truth))
        cost[target.classes[target.is_whole] if sign > 0 else target.classes] = sign
        return self._solve(cost, inside, rows)

    def _solve(self, cost: np.ndarray, inside: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The world of least cost that agrees with these known sums; the truth elsewhere."""
        place = np.full(len(self.truth), -1)
        place[inside] = np.arange(len(inside))
        sums = self.sums[rows][:, inside]
        used = np.diff(sums.indptr) > 0
        chosen = np.flatnonzero(place[self.limits.reshape(-1, 2)[:, 0]] >= 0)
        unit = max(1.0, float(np.abs(self.truth[inside]).sum()) / 1000)
        most = 1000 * 5 + 200 / unit
        found = linprog(
            cost[inside],
            A_eq=sums[used] if used.any() else None,
            b_eq=self.totals[rows][used] / unit if used.any() else None,
            A_ub=self._differences(chosen)[:, inside] if len(chosen) else None,
            b_ub=np.zeros(len(chosen)) if len(chosen) else None,
            bounds=np.column_stack(
                [np.where(self.is_free[inside], -most, 0), np.full(len(inside), most)]
            ),
            method="highs-ds",
        )
        if found.status != 0:
            raise DisclosureError(f"the audit found no world that agrees: {found.message}")
        world = self.truth.copy()
        world[inside] = found.x * unit
        return world
