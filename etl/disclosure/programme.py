"""The linear programme of a reader: every world that agrees with what is known."""

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from scipy import sparse

from etl.disclosure import drift
from etl.disclosure.solver import Part, Question, Work

Matrix: TypeAlias = sparse.csr_matrix
LARGE = 4000  # classes that are solved at a time


@dataclass(frozen=True)
class System:
    """All that a reader could solve for. Columns are unknowns, rows their sums.

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

    @functools.cached_property
    def component(self) -> np.ndarray:
        """A number for each column: the same for those that could ever hang together."""
        pairs = len(self.limits)
        ends = (np.ones(2 * pairs), (np.arange(pairs).repeat(2), self.limits.ravel()))
        tied = sparse.csr_matrix(ends, (pairs, len(self.values)))
        return linked_columns(sparse.vstack([self.members, tied]))

    @functools.cached_property
    def sums(self) -> np.ndarray:
        return self.members @ self.values

    def known(self, shown: np.ndarray) -> np.ndarray:
        """Which rows a reader knows when these groups of cells are shown."""
        return self.always | (self.carriers @ shown.astype(np.int8) > 0)


@dataclass(frozen=True)
class Groups:
    """Cells that state the same sum share one fate. of_cell: the group of each cell; whether a
    group is sensitive, whether its contributors are persons, and what withholding it costs."""

    of_cell: np.ndarray
    sensitive: np.ndarray
    of_persons: np.ndarray
    cost: np.ndarray


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
        count = int(self.classes.max(initial=-1)) + 1
        ones = np.ones(len(self.classes))
        self.of_class = sparse.csr_matrix(
            (ones, (np.arange(len(self.classes)), self.classes)), shape=(len(ones), count)
        )
        self.sizes = np.bincount(self.classes, minlength=count)
        self.truth = np.bincount(self.classes, weights=system.values, minlength=count)
        free = np.bincount(self.classes, weights=system.least < 0, minlength=count)
        self.is_free = free > 0
        self.component = np.zeros(count, dtype=int)
        self.component[self.classes] = system.component
        self.rows = np.flatnonzero(known)
        self.in_force = np.ones(len(self.rows), dtype=bool)
        self.equations = sparse.csr_matrix(system.members[self.rows] @ self.of_class).sign()
        self.limits = np.unique(self.classes[system.limits.reshape(-1, 2)], axis=0)
        self.chunks = self._chunks()
        self.of_chunk = _Lists(self.chunks)
        self.limits_of_chunk = _Lists(self.chunks[self.limits[:, 0]])
        self.by_class = self.equations.tocsc()
        self.place = np.zeros(count, dtype=int)  # of each class in its chunk, when last asked
        self.questions: dict[int, Question] = {}

    def _chunks(self) -> np.ndarray:
        """Classes that no chain of rows and limits ties together are solved apart. Of too many
        that hang together some are solved at a time, as if the others were known: what is wide
        enough even so is so indeed."""
        pairs, count = len(self.limits), len(self.truth)
        ends = (np.ones(2 * pairs), (np.arange(pairs).repeat(2), self.limits.ravel()))
        tied = sparse.csr_matrix(ends, (pairs, count))
        self.parts = parts = linked_columns(sparse.vstack([self.equations, tied]))
        pieces = 1 + np.bincount(parts, minlength=1) // LARGE
        bundle = np.full(count, len(self.classes))
        np.minimum.at(bundle, self.classes, self.system.bundle)
        dice = np.random.default_rng(4).integers(0, 2**31, len(self.classes) + 1)
        piece = dice[bundle] % pieces[parts]
        return np.unique(parts * int(pieces.max()) + piece, return_inverse=True)[1]

    def _question(self, chunk: int) -> Question:
        """What one chunk allows, kept between questions."""
        if chunk not in self.questions:
            classes = self.of_chunk[chunk]
            self.place[classes] = np.arange(len(classes))
            inside = self.by_class[:, classes]
            rows, at = np.unique(inside.indices, return_inverse=True)
            matrix = sparse.csc_matrix(
                (inside.data, at, inside.indptr), (len(rows), len(classes))
            ).tocsr()
            limits = self.place[self.limits[self.limits_of_chunk[chunk]]]
            made = Part(matrix, self.truth[classes], self.is_free[classes], limits)
            component = int(self.component[classes[0]])
            self.questions[chunk] = Question(made, rows, self.work, component)
        question = self.questions[chunk]
        question.know(self.in_force[question.rows])
        return question

    def _world(self, chunk: int, cost: np.ndarray, world: np.ndarray) -> None:
        """Sets this chunk of the world to that of least cost."""
        classes = self.of_chunk[chunk]
        world[classes] = self._question(chunk).world(cost[classes])

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
        for chunk in np.unique(self.chunks[np.flatnonzero(cost)]).tolist():
            self._world(chunk, cost, world)
        return world

    def drifts(self) -> Iterator[np.ndarray]:
        """Worlds in which every figure is a little off."""
        in_force = self.equations[np.flatnonzero(self.in_force)]
        return drift.worlds(in_force, self.limits, self.truth, self.parts)

    def know(self, known: np.ndarray) -> None:
        """Says which rows are known now, all of them known at first; classes stay as they are,
        which is only finer than need be."""
        self.in_force = known[self.rows]

    def view(self, targets: Matrix) -> View:
        """How targets (rows of 0/1 over columns) look in terms of classes."""
        inside = sparse.csr_matrix(targets @ self.of_class)
        whole = inside.data >= self.sizes[inside.indices]
        return View(inside.indptr, inside.indices, whole, self.is_free[inside.indices] & ~whole)

    def _counted(self, view: View, number: int, sign: int) -> tuple[np.ndarray, np.ndarray]:
        """The classes that a target touches, and those of which its end is made."""
        span = slice(view.starts[number], view.starts[number + 1])
        touched = view.classes[span]
        return touched, touched if sign < 0 else touched[view.whole[span]]

    def extreme(self, view: View, number: int, sign: int) -> np.ndarray:
        """The world in which one target is lowest (sign 1) or highest (-1). Raises Unsolved where
        no answer is found."""
        touched, counted = self._counted(view, number, sign)
        cost = np.zeros(len(self.truth))
        cost[counted] = sign
        world = self.truth.copy()
        for chunk in np.unique(self.chunks[touched]).tolist():
            self._world(chunk, cost, world)
        return world

    def repair(
        self, view: View, number: int, sign: int, goal: float, cost: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """The cheapest known rows to withhold for this end of a target to reach its goal, and the
        world in which it does; or rows that keep it from it, and no world, when it hangs on several
        chunks. cost: of each row of the system; infinite for what is known for good. No rows when
        nothing helps. To be asked right after `extreme`."""
        touched, counted = self._counted(view, number, sign)
        world = self.extreme(view, number, sign)
        reached = float(world[counted].sum())
        best: tuple[float, np.ndarray, np.ndarray] | None = None
        binding = []
        for chunk in np.unique(self.chunks[touched]).tolist():
            question, classes = self._question(chunk), self.of_chunk[chunk]
            here = counted[self.chunks[counted] == chunk]
            price = cost[self.rows[question.rows]]
            tight = question.binding() & np.isfinite(price)
            binding.append(self.rows[question.rows[tight]])
            rest = reached - float(world[here].sum())
            self.place[classes] = np.arange(len(classes))
            found = question.repair(self.place[here], sign, goal - rest, price)
            if found and (best is None or found[0] < best[0]):
                changed = world.copy()
                changed[classes] = found[2]
                best = (found[0], self.rows[question.rows[found[1]]], changed)
        if best is not None and len(best[1]):
            return best[1:]
        rows = np.concatenate(binding)
        return rows[np.argsort(cost[rows], kind="stable")[:1]], None

    def moves(self) -> np.ndarray:
        """Two random moves (rows, over classes) that no known equation would notice: what they
        leave alone is settled."""
        draws = np.random.default_rng(1).standard_normal((2, len(self.truth)))
        project = drift.unnoticed(self.equations[np.flatnonzero(self.in_force)])
        return np.array([project(draw) for draw in draws])

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


class _Lists:
    """The places of each number, in order."""

    def __init__(self, numbers: np.ndarray) -> None:
        self.order = np.argsort(numbers, kind="stable")
        self.ends = np.cumsum(np.bincount(numbers, minlength=1))

    def __getitem__(self, number: int) -> np.ndarray:
        if number >= len(self.ends):
            return self.order[:0]
        return self.order[self.ends[number - 1] if number else 0 : self.ends[number]]


def linked_columns(rows: Matrix) -> np.ndarray:
    """A number for each column: the same for those that rows tie together."""
    graph = sparse.bmat([[None, rows.T], [rows, None]])
    return sparse.csgraph.connected_components(graph, directed=False)[1][: rows.shape[1]]


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
