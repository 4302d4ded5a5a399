"""The linear programme of a reader: every world that agrees with what is known."""

import itertools
from dataclasses import dataclass
from typing import TypeAlias

import highspy
import numpy as np
from scipy import sparse
from scipy.sparse.linalg import lsmr

Matrix: TypeAlias = sparse.csr_matrix


class Unsolved(Exception):
    """A linear programme without an answer, or too much work: its block cannot be shown."""


@dataclass
class Work:
    """What may be spent on solving, in steps of the simplex times entries they go through (and
    a hundred a column to read the answer): the same on every machine, unlike time. Raises Unsolved
    when it is used up. A second of one core is about 1e8."""

    left: int

    def run(self, highs: highspy.Highs) -> None:
        step = highs.getNumNz() + 1
        highs.setOptionValue("simplex_iteration_limit", self.left // step + 1)
        highs.run()
        self.left -= highs.getInfo().simplex_iteration_count * step
        self.left -= 100 * highs.getNumCol()
        if self.left < 0:
            raise Unsolved("too much hangs together")


@dataclass(frozen=True)
class System:
    """One component: what must be solved together. Columns are unknowns, rows their sums.

    bundle, node, values, least, owners, private, counts: one entry a column. members: rows x
    columns, 1 or -1. carriers: rows x groups of cells; a row is known when one of its carriers is
    shown, or always (published before). own: the rows that a group of cells itself states.
    limits: pairs of columns, the first never more than the second.
    """

    bundle: np.ndarray
    node: np.ndarray
    values: np.ndarray
    least: np.ndarray
    largest: np.ndarray
    owners: np.ndarray
    private: np.ndarray
    counts: np.ndarray
    first_owner: np.ndarray
    members: Matrix
    carriers: Matrix
    own: Matrix
    always: np.ndarray
    limits: np.ndarray

    @property
    def sums(self) -> np.ndarray:
        return self.members @ self.values

    def known(self, shown: np.ndarray) -> np.ndarray:
        """Which rows a reader knows when these groups of cells are shown."""
        return self.always | (self.carriers @ shown.astype(np.int8) > 0)


@dataclass(frozen=True)
class View:
    """The classes that each target touches (starts: where each begins), whether it holds all of
    the class, and whether what it holds of it may be anything."""

    starts: np.ndarray
    classes: np.ndarray
    whole: np.ndarray
    free: np.ndarray

    def bounds(self, world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value of each target in this world.

        Within a class the figures may be moved from one contributor to another: a target that
        holds a part of it may hold all or nothing of it.
        """
        count = len(self.starts) - 1
        of = np.repeat(np.arange(count), np.diff(self.starts))
        value = world[self.classes]
        low = np.where(self.whole, value, np.where(self.free, -np.inf, 0.0))
        high = np.where(self.free, np.inf, value)
        return (
            np.bincount(of, weights=low, minlength=count),
            np.bincount(of, weights=high, minlength=count),
        )


class Programme:
    """What the known rows allow. Columns that stand in the same known rows are one class."""

    def __init__(self, system: System, known: np.ndarray, work: Work) -> None:
        self.system, self.work = system, work
        self.classes = _classes(system, known)
        count = int(self.classes.max()) + 1
        ones = np.ones(len(self.classes))
        self.of_class = sparse.csr_matrix(
            (ones, (np.arange(len(self.classes)), self.classes)), shape=(len(ones), count)
        )
        self.sizes = np.bincount(self.classes, minlength=count)
        self.truth = np.bincount(self.classes, weights=system.values, minlength=count)
        free = np.bincount(self.classes, weights=system.least < 0, minlength=count)
        self.is_free = free > 0
        self.rows = np.flatnonzero(known)
        self.in_force = np.ones(len(self.rows), dtype=bool)
        self.equations = sparse.csr_matrix(system.members[self.rows] @ self.of_class).sign()
        self.limits = np.unique(self.classes[system.limits.reshape(-1, 2)], axis=0)
        self.parts = self._connected()
        self.solvers: dict[int, _Solver] = {}

    def _connected(self) -> np.ndarray:
        """Classes that no chain of rows and limits ties together are solved apart."""
        pairs = len(self.limits)
        ends = sparse.csr_matrix(
            (np.ones(2 * pairs), (np.arange(pairs).repeat(2), self.limits.ravel())),
            (pairs, len(self.truth)),
        )
        return linked_columns(sparse.vstack([self.equations, ends]))

    def sweep(self, view: View, weights: np.ndarray) -> np.ndarray:
        """A world in which targets of positive weight are low and those of negative weight high,
        as far as they allow each other to."""
        of = np.repeat(weights, np.diff(view.starts))
        cost = np.bincount(
            view.classes,
            weights=np.where(view.whole | (of < 0), of, 0.0),
            minlength=len(self.truth),
        )
        world = self.truth.copy()
        binding = np.zeros(len(self.rows), dtype=bool)
        for part in np.unique(self.parts[np.flatnonzero(cost)]).tolist():
            solver = self._solver(part)
            solver.optimise(solver.columns, cost[solver.columns], world, binding)
        return world

    def _solver(self, part: int) -> "_Solver":
        if part not in self.solvers:
            self.solvers[part] = _Solver(self, part)
        return self.solvers[part]

    def forget(self, known: np.ndarray) -> None:
        """Drops the rows that are no longer known; classes stay as they are, which is only finer
        than need be."""
        dropped = np.flatnonzero(self.in_force & ~known[self.rows])
        self.in_force[dropped] = False
        for solver in self.solvers.values():
            solver.forget(dropped)

    def view(self, targets: Matrix) -> View:
        """How targets (rows of 0/1 over columns) look in terms of classes."""
        inside = sparse.csr_matrix(targets @ self.of_class)
        whole = inside.data >= self.sizes[inside.indices]
        return View(inside.indptr, inside.indices, whole, self.is_free[inside.indices] & ~whole)

    def extreme(self, view: View, number: int, sign: int) -> tuple[np.ndarray, np.ndarray]:
        """The world in which one target is lowest (sign 1) or highest (-1), and the known rows
        that keep it from going further. Raises Unsolved where no answer is found.
        """
        span = slice(view.starts[number], view.starts[number + 1])
        touched = view.classes[span]
        counted = touched if sign < 0 else touched[view.whole[span]]
        world = self.truth.copy()
        binding = np.zeros(len(self.rows), dtype=bool)
        for part in np.unique(self.parts[touched]).tolist():
            here = counted[self.parts[counted] == part]
            self._solver(part).optimise(here, np.full(len(here), float(sign)), world, binding)
        return world, self.rows[binding]

    def moves(self) -> np.ndarray:
        """Two random moves (rows, over classes) that no known equation would notice: what they
        leave alone is settled."""
        draws = np.random.default_rng(1).standard_normal((2, len(self.truth)))
        known = self.equations[np.flatnonzero(self.in_force)].T.tocsr()
        if not known.shape[1]:
            return draws
        fitted = [lsmr(known, draw, atol=1e-13, btol=1e-13, maxiter=20_000)[0] for draw in draws]
        return draws - np.array([known @ one for one in fitted])

    def settled(self, groups: Matrix, moves: np.ndarray) -> np.ndarray:
        """Which groups of columns have a sum that follows from the known equations."""
        inside = sparse.csr_matrix(groups @ self.of_class)
        of = np.repeat(np.arange(inside.shape[0]), np.diff(inside.indptr))
        partly = inside.data < self.sizes[inside.indices]
        is_open = np.bincount(of, weights=partly, minlength=inside.shape[0]) > 0
        return ~is_open & (np.abs(inside.sign() @ moves.T) < 1e-6).all(axis=1)

    def settled_pairs(self, singles: np.ndarray, moves: np.ndarray) -> list[tuple[int, int]]:
        """Pairs among these classes whose sum follows from the known equations."""
        first, second = moves[:, singles]
        order = np.argsort(np.abs(first), kind="stable")
        return [
            (int(singles[one]), int(singles[other]))
            for one, other in itertools.pairwise(order)
            if abs(first[one]) > 1e-6
            and abs(first[one] + first[other]) < 1e-6
            and abs(second[one] + second[other]) < 1e-6
        ]


def linked_columns(rows: Matrix) -> np.ndarray:
    """A number for each column: the same for those that rows tie together."""
    graph = sparse.bmat([[None, rows.T], [rows, None]])
    return sparse.csgraph.connected_components(graph, directed=False)[1][: rows.shape[1]]


class _Solver:
    """The programme of one part, kept between questions: each starts where the last one ended."""

    def __init__(self, programme: Programme, part: int) -> None:
        self.work = programme.work
        self.columns = np.flatnonzero(programme.parts == part)
        self.place = np.full(len(programme.parts), -1)
        self.place[self.columns] = np.arange(len(self.columns))
        equations = programme.equations[:, self.columns]
        self.rows = np.flatnonzero((np.diff(equations.indptr) > 0) & programme.in_force)
        truth = programme.truth[self.columns]
        self.low_is_zero = ~programme.is_free[self.columns]
        self.scale = max(1.0, float(np.abs(truth).sum())) / 1e4
        totals = equations[self.rows] @ truth / self.scale
        limits = programme.limits[(programme.parts[programme.limits] == part).all(axis=1)]
        at = np.arange(len(limits)).repeat(2)
        differences = sparse.csr_matrix(
            (np.tile([1.0, -1.0], len(limits)), (at, self.place[limits.ravel()])),
            (len(limits), len(self.columns)),
        )
        matrix = sparse.csr_matrix(sparse.vstack([equations[self.rows], differences]))
        cap = 4e4 + 100 / self.scale
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(self.columns), matrix.shape[0]
        lp.col_cost_ = np.zeros(len(self.columns))
        lp.col_lower_ = np.where(programme.is_free[self.columns], -cap, 0.0)
        lp.col_upper_ = np.full(len(self.columns), cap)
        lp.row_lower_ = np.concatenate([totals, np.full(len(limits), -highspy.kHighsInf)])
        lp.row_upper_ = np.concatenate([totals, np.zeros(len(limits))])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = matrix.indptr
        lp.a_matrix_.index_ = matrix.indices
        lp.a_matrix_.value_ = matrix.data
        self.highs = highspy.Highs()
        for option, value in (
            ("output_flag", False), ("threads", 1), ("presolve", "off"), ("solver", "simplex"),
            ("simplex_strategy", 4),  # primal: the last answer stays possible, only the aim changes
        ):  # fmt: skip
            self.highs.setOptionValue(option, value)
        self.highs.passModel(lp)

    def forget(self, rows: np.ndarray) -> None:
        for row in np.flatnonzero(np.isin(self.rows, rows)).tolist():
            self.highs.changeRowBounds(row, -highspy.kHighsInf, highspy.kHighsInf)

    def optimise(
        self, counted: np.ndarray, cost: np.ndarray, world: np.ndarray, binding: np.ndarray
    ) -> None:
        """Sets this part of the world, and marks the rows that keep it from going further."""
        columns = self.place[counted].astype(np.int32)
        self.highs.changeColsCost(len(columns), columns, cost)
        self.work.run(self.highs)
        status = self.highs.getModelStatus()
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unsolved(f"the linear programme has no answer: {status}")
        found = self.highs.getSolution()
        world[self.columns] = np.maximum(
            np.array(found.col_value) * self.scale, np.where(self.low_is_zero, 0.0, -np.inf)
        )
        duals = np.array(found.row_dual)[: len(self.rows)]
        binding[self.rows] |= np.abs(duals) > 1e-9
        self.highs.changeColsCost(len(columns), columns, np.zeros(len(columns)))


def _classes(system: System, known: np.ndarray) -> np.ndarray:
    """The class of each column: those of a node in the same known rows. Where limits tie several
    figures of a bundle, all of them must stand in the same."""
    draw = np.random.default_rng(0)
    of_node = draw.integers(1, 2**63, int(system.node.max()) + 1, dtype=np.uint64) | np.uint64(1)
    of_row = draw.integers(1, 2**63, len(known), dtype=np.uint64)
    entries = system.members[np.flatnonzero(known)]
    rows = np.repeat(of_row[known], np.diff(entries.indptr))
    rows = np.where(entries.data < 0, rows * np.uint64(3), rows)
    keys = of_node[system.node]
    np.bitwise_xor.at(keys, entries.indices, rows)
    if len(system.limits):
        tied = np.unique(system.limits)
        together = np.zeros(int(system.bundle.max()) + 1, dtype=np.uint64)
        np.bitwise_xor.at(together, system.bundle[tied], keys[tied] * of_node[system.node[tied]])
        keys[tied] += together[system.bundle[tied]]
    return np.unique(keys, return_inverse=True)[1]
