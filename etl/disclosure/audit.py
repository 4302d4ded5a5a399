"""The audit: what can a reader work out from partners.duckdb and all publications before it?

It goes by the file that partners get and the contributors' rows, not by anything that suppression
decided. For each withheld cell, and each small group that no known sum tells apart, it looks for
the lowest and the highest value in a world that agrees with everything known.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import highspy
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import linprog

from etl.disclosure.listing import KEYS, DisclosureError, Table
from etl.disclosure.rules import Rules

SQL = Path(__file__).with_name("audit.sql")
TOLERANCE = 1e-5
BINDING = 1e-9  # dual values below are noise
# For classes that hang together: steps of the simplex times entries; 120 co-operatives take 7e7.
WORK = 500_000_000
SWEEPS = 40  # worlds that are looked for before targets are taken one by one


@dataclass(frozen=True)
class Finding:
    """Numbers of withheld cells and groups checked, and of those that earlier publications had
    given away. broken: the figures that could be worked out, each with the shown cells (their
    keys, joined) that tell it. too_large: shown cells of which too much hangs together to be
    audited."""

    checked: int
    given_away_earlier: int
    broken: dict[str, list[str]]
    too_large: list[str]


def run(
    connection: duckdb.DuckDBPyConnection, path: Path, tables: list[Table], rules: Rules
) -> Finding:
    """Looks for what a reader of the file could work out."""
    _read_shown(connection, path, tables)
    for statement in duckdb.extract_statements(SQL.read_text(encoding="utf-8")):
        wanted = {"firms": rules.firms, "persons": rules.persons}
        connection.execute(statement, wanted if "$firms" in statement.query else {})
    reader = Reader(connection)
    narrow = reader.narrow(rules, earlier_only=False)
    # what earlier publications tell by themselves, no withholding today can take back
    given_away = reader.narrow(rules, earlier_only=True, names=list(narrow)) if narrow else {}
    broken = {name: cells for name, cells in narrow.items() if name not in given_away}
    return Finding(len(reader.targets), len(given_away), broken, sorted(reader.too_large))


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
            "CREATE OR REPLACE TEMP TABLE shown AS "
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
        self.too_large: set[str] = set()
        self.names = np.array([str(name) for name in names], dtype=object)
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
        asked, names = pd.factorize(targets["target"])
        touched = targets["class"].to_numpy()
        whole = targets["inside"].to_numpy() >= classes["size"].to_numpy()[touched]
        starts = np.searchsorted(asked, np.arange(len(names)))
        values = np.bincount(asked, weights=targets["value"], minlength=len(names))
        persons = np.bincount(asked, weights=targets["is_persons"], minlength=len(names)) > 0
        self.targets = {
            str(name): Target(of, is_whole, float(value), bool(is_persons))
            for name, of, is_whole, value, is_persons in zip(
                names,
                np.split(touched, starts)[1:],
                np.split(whole, starts)[1:],
                values,
                persons,
                strict=True,
            )
        }
        of_target = sparse.csr_matrix(
            (np.ones(len(asked)), (asked, touched)), (len(names), len(classes))
        )
        limits = self._differences(np.arange(len(self.limits)))
        tied = sparse.vstack([self.sums, limits, of_target])
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
    ) -> dict[str, list[str]]:
        """The targets whose interval is too narrow for what is known, or was known before, with
        the shown cells that make it so."""
        found: dict[str, list[str]] = {}
        waiting: dict[int, list[str]] = {}
        for name in names if names is not None else self.targets:
            part = int(self.parts[self.targets[name].classes[0]])
            waiting.setdefault(part, []).append(name)
        rows = self.is_earlier if earlier_only else np.ones(len(self.totals), dtype=bool)
        for part, members in waiting.items():
            goals = {
                name: [
                    value * sign
                    for sign, value in zip((1, -1), self._goals(name, rules), strict=True)
                ]
                for name in members
            }
            inside = np.flatnonzero(self.parts == part)
            witness = Witness(self, inside, rows)
            asked = _Sides(
                self,
                [
                    (self.targets[n], sign, goals[n][sign < 0], n)
                    for n in members
                    for sign in (1, -1)
                ],
            )
            asked.see(self.truth)
            draw = np.random.default_rng(3)
            for _ in range(SWEEPS):
                if len(asked.open) < 8 or witness.left < 0:
                    break
                before = len(asked.open)
                asked.see(witness.world(asked.push(draw)))
                if len(asked.open) > 0.95 * before:
                    break
            while len(asked.open):
                if witness.left < 0:
                    self.too_large |= set(self._cells(self._names(inside, rows)))
                    break
                target, sign, goal, name = asked.sides[asked.open[0]]
                cost = self._cost(target, sign)
                asked.see(witness.world(cost), at_least_first=True)
                if name in asked.doubted:
                    world, cells = self._solve(cost, target, rows)
                    # without an answer nothing is proven, neither safe nor given away before
                    if (
                        not earlier_only
                        if world is None
                        else self._end(target, sign, world) * sign > goal
                    ):
                        found[name] = sorted({*found.get(name, []), *cells})
                asked.doubted.clear()
        return dict(sorted(found.items()))

    def _goals(self, name: str, rules: Rules) -> tuple[float, float]:
        """How low and how high the interval of a target must reach. Of a few persons whom no cell
        states, the number must not be settled; it is nobody's cell."""
        target = self.targets[name]
        slack = TOLERANCE * max(1.0, abs(target.value))
        if name.startswith("class/persons/"):
            return target.value - slack, target.value + slack
        below, above = rules.widths(np.array([target.value]), np.array([target.is_persons]))
        return target.value - below[0] + slack, target.value + above[0] - slack

    def _end(self, target: Target, sign: int, world: np.ndarray) -> float:
        """The lowest (1) or highest (-1) value of a target in a world."""
        if (self.is_free[target.classes] & ~target.is_whole).any():
            return -np.inf * sign
        counted = target.classes[target.is_whole] if sign > 0 else target.classes
        return float(world[counted].sum())

    def _cost(self, target: Target, sign: int) -> np.ndarray:
        cost = np.zeros(len(self.truth))
        cost[target.classes[target.is_whole] if sign > 0 else target.classes] = sign
        return cost

    def _solve(
        self, cost: np.ndarray, target: Target, rows: np.ndarray
    ) -> tuple[np.ndarray | None, list[str]]:
        """The world of least cost that agrees with these known sums, by scipy's linprog, and the
        shown cells that keep it from costing less; no world and all cells if there is no answer.
        """
        inside = np.flatnonzero(self.parts == self.parts[target.classes[0]])
        sums, limits, unit, most = self.programme(inside, rows)
        names = self._names(inside, rows)
        found = linprog(
            cost[inside],
            A_eq=sums if sums.shape[0] else None,
            b_eq=sums @ self.truth[inside] / unit if sums.shape[0] else None,
            A_ub=limits if limits.shape[0] else None,
            b_ub=np.zeros(limits.shape[0]) if limits.shape[0] else None,
            bounds=np.column_stack(
                [np.where(self.is_free[inside], -most, 0), np.full(len(inside), most)]
            ),
            method="highs-ds",
        )
        world = None
        binding = np.ones(len(names), dtype=bool)
        if found.status == 0:
            world = self.truth.copy()
            world[inside] = found.x * unit
            if sums.shape[0] and (np.abs(found.eqlin.marginals) > BINDING).any():
                binding = np.abs(found.eqlin.marginals) > BINDING
        return world, self._cells(names[binding]) or self._cells(names)

    def _names(self, inside: np.ndarray, rows: np.ndarray) -> np.ndarray:
        """The known sums that speak of these classes."""
        return self.names[rows][np.diff(self.sums[rows][:, inside].indptr) > 0]

    def _cells(self, names: np.ndarray) -> list[str]:
        """The keys of the shown cells that tell these sums."""
        parts = [name.split("/", 2) for name in names if not name.startswith("earlier/")]
        return [f"{second}/{third}" if first == "told" else third for first, second, third in parts]

    def programme(
        self, inside: np.ndarray, rows: np.ndarray
    ) -> tuple[sparse.csr_matrix, sparse.csr_matrix, float, float]:
        """Known sums and limits of these classes, the unit they are counted in, and a bound that
        no figure is near to."""
        sums = self.sums[rows][:, inside]
        low = self.limits.reshape(-1, 2)[:, 0]
        unit = max(1.0, float(np.abs(self.truth[inside]).sum()) / 1000)
        return (
            sums[np.diff(sums.indptr) > 0],
            self._differences(np.flatnonzero(np.isin(low, inside)))[:, inside],
            unit,
            5000 + 200 / unit,
        )


class _Sides:
    """The sides of targets that no world has proven wide enough yet, over all classes at once."""

    def __init__(self, reader: Reader, sides: list[tuple[Target, int, float, str]]) -> None:
        self.sides = sides
        counted = [t.classes[t.is_whole] if sign > 0 else t.classes for t, sign, *_ in sides]
        of = np.repeat(np.arange(len(sides)), [len(classes) for classes in counted])
        classes = np.concatenate([*counted, np.zeros(0, dtype=int)]).astype(int)
        self.rows = sparse.csr_matrix(
            (np.ones(len(of)), (of, classes)), (len(sides), len(reader.truth))
        )
        self.signs = np.array([sign for _, sign, *_ in sides])
        self.goals = np.array([goal for _, _, goal, _ in sides])
        self.values = np.array([max(1.0, target.value) for target, *_ in sides])
        wild = [bool((reader.is_free[t.classes] & ~t.is_whole).any()) for t, *_ in sides]
        self.open = np.flatnonzero(~np.array(wild, dtype=bool))
        self.doubted: set[str] = set()

    def see(self, world: np.ndarray, *, at_least_first: bool = False) -> None:
        """Drops what this world proves; the first too if asked, and then says whether in doubt."""
        missing = (self.rows[self.open] @ world) * self.signs[self.open] > self.goals[self.open]
        if at_least_first and missing[0]:
            self.doubted.add(self.sides[self.open[0]][3])
            missing[0] = False
        self.open = self.open[missing]

    def push(self, draw: np.random.Generator) -> np.ndarray:
        """A cost that pushes the open sides, each by another weight."""
        weights = self.signs * draw.uniform(0, 1, len(self.signs)) / self.values
        return np.asarray(self.rows[self.open].T @ weights[self.open]).ravel()


class Witness:
    """Finds worlds fast, each from where the last one ended. None is believed unseen: a world that
    does not agree with every known sum is the truth instead, which proves nothing."""

    def __init__(self, reader: Reader, inside: np.ndarray, rows: np.ndarray) -> None:
        self.reader, self.inside = reader, inside
        self.sums, self.limits, self.unit, most = reader.programme(inside, rows)
        matrix = sparse.csr_matrix(sparse.vstack([self.sums, self.limits]))
        totals = self.sums @ reader.truth[inside] / self.unit
        more = self.limits.shape[0]
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(inside), matrix.shape[0]
        lp.col_cost_ = np.zeros(len(inside))
        lp.col_lower_ = np.where(reader.is_free[inside], -most, 0.0)
        lp.col_upper_ = np.full(len(inside), most)
        lp.row_lower_ = np.concatenate([totals, np.full(more, -highspy.kHighsInf)])
        lp.row_upper_ = np.concatenate([totals, np.zeros(more)])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        lp.a_matrix_.value_ = matrix.data
        self.left = WORK
        self.highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"),
                              ("solver", "simplex"), ("simplex_strategy", 4)):  # fmt: skip
            self.highs.setOptionValue(option, value)
        self.highs.passModel(lp)

    def world(self, cost: np.ndarray) -> np.ndarray:
        """A world of low cost that agrees with all that is known."""
        number = len(self.inside)
        self.highs.changeColsCost(number, np.arange(number, dtype=np.int32), cost[self.inside])
        step = self.highs.getNumNz() + 1
        self.highs.setOptionValue("simplex_iteration_limit", max(0, self.left) // step + 1)
        self.highs.run()
        self.left -= self.highs.getInfo().simplex_iteration_count * step + 100 * number
        found = np.array(self.highs.getSolution().col_value) * self.unit
        world = self.reader.truth.copy()
        if len(found) != number:
            return world
        free = self.reader.is_free[self.inside]
        found = np.where(free, found, np.maximum(found, 0.0))
        misses = np.abs(self.sums @ (found - world[self.inside]))
        scale = 1e-7 * max(1.0, float(np.abs(world[self.inside]).sum()))
        if (misses <= scale).all() and (self.limits @ found <= scale).all():
            world[self.inside] = found
        return world
