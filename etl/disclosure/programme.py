"""The linear programme of a reader: every world that agrees with what is known."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

Matrix = sparse.csr_matrix


@dataclass(frozen=True)
class System:
    """One component: what must be solved together. Columns are unknowns, rows their sums.

    bundle, node, values, least, owners, private, counts: one entry a column. members: rows x
    columns, 0/1. carriers: rows x groups of cells; a row is known when one of its carriers is
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


class Programme:
    """What the known rows allow. Columns that stand in the same known rows are one class."""

    def __init__(self, system: System, known: np.ndarray) -> None:
        self.system = system
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
        self.equations = sparse.csr_matrix((system.members[self.rows] @ self.of_class) > 0).astype(
            float
        )
        self.totals = system.sums[self.rows]
        pairs = np.unique(self.classes[system.limits], axis=0) if len(system.limits) else []
        self.limits = np.array(pairs, dtype=int).reshape(-1, 2)
        self.parts = self._connected()

    def _connected(self) -> np.ndarray:
        """Classes that no chain of rows and limits ties together are solved apart."""
        count = len(self.truth)
        tied = self.equations.T @ self.equations
        if len(self.limits):
            tied = tied + sparse.csr_matrix(
                (np.ones(len(self.limits)), self.limits.T), shape=(count, count)
            )
        return sparse.csgraph.connected_components(tied, directed=False)[1]

    def forget(self, known: np.ndarray) -> None:
        """Drops the rows that are no longer known; classes stay as they are, which is only finer
        than need be."""
        self.in_force &= known[self.rows]

    def bounds(self, targets: Matrix, world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value of each target (rows of 0/1 over columns) in this world.

        Within a class the figures may be moved from one contributor to another: a target that
        holds a part of it may hold all or nothing of it.
        """
        inside = sparse.csr_matrix(targets @ self.of_class)
        of = np.repeat(np.arange(inside.shape[0]), np.diff(inside.indptr))
        whole = inside.data >= self.sizes[inside.indices]
        value = world[inside.indices]
        free = self.is_free[inside.indices] & ~whole
        low = np.where(whole, value, np.where(free, -np.inf, 0.0))
        high = np.where(free, np.inf, value)
        count = inside.shape[0]
        return (
            np.bincount(of, weights=low, minlength=count),
            np.bincount(of, weights=high, minlength=count),
        )

    def extreme(self, target: Matrix, sign: int) -> tuple[np.ndarray, np.ndarray]:
        """The world in which one target is lowest (sign 1) or highest (-1), and the known rows
        that keep it from going further. Raises ValueError if no world agrees with what is known.
        """
        weight = self._weights(target, sign)[0]
        part = np.isin(self.parts, np.unique(self.parts[weight.indices]))
        cost = weight.toarray().ravel()[part] * sign
        return self._solve(part, cost, None, np.zeros(0))

    def reach(self, targets: Matrix, goals: np.ndarray, sign: int) -> np.ndarray:
        """A world in which as many targets as can be get down (1) or up (-1) to their goals."""
        weights = self._weights(targets, sign)
        part = np.isin(self.parts, np.unique(self.parts[weights.indices]))
        count = weights.shape[0]
        # each target's shortfall beyond its goal: an unknown of its own, and all that it costs
        links = sparse.hstack([sign * weights[:, part], -sparse.identity(count)], format="csr")
        return self._solve(part, np.zeros(int(part.sum())), links, sign * goals)[0]

    def _weights(self, targets: Matrix, sign: int) -> Matrix:
        """Which classes count towards the lowest (1) or highest (-1) value of each target."""
        inside = sparse.csr_matrix(targets @ self.of_class)
        whole = inside.data >= self.sizes[inside.indices]
        inside.data = np.where(whole | (sign < 0), 1.0, 0.0)
        return inside

    def _solve(
        self, part: np.ndarray, cost: np.ndarray, links: Matrix | None, goals: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        place = np.cumsum(part) - 1
        count, more = int(part.sum()), len(goals)
        equations = self.equations[:, part]
        used = np.flatnonzero((np.diff(equations.indptr) > 0) & self.in_force)
        scale = max(1.0, float(np.abs(self.truth[part]).sum())) / 1e4
        cap = 4e4 + 100 / scale
        above = [] if links is None else [links]
        limits = self.limits[part[self.limits[:, 0]]]
        if len(limits):
            at = np.arange(len(limits)).repeat(2)
            signs = np.tile([1.0, -1.0], len(limits))
            above.append(
                sparse.csr_matrix((signs, (at, place[limits.ravel()])), (len(limits), count + more))
            )
        low = np.where(self.is_free[part], -cap, 0.0)
        found = linprog(
            np.concatenate([cost, np.ones(more)]),
            A_ub=sparse.vstack(above, format="csr") if above else None,
            b_ub=np.concatenate([goals / scale, np.zeros(len(limits))]) if above else None,
            A_eq=sparse.hstack([equations[used], sparse.csr_matrix((len(used), more))]),
            b_eq=self.totals[used] / scale,
            bounds=np.column_stack(
                [np.concatenate([low, np.zeros(more)]), np.full(count + more, cap)]
            ),
            method="highs",
        )
        if found.status != 0:
            raise ValueError(f"the linear programme has no answer: {found.message}")
        world = self.truth.copy()
        world[part] = found.x[:count] * scale
        binding = np.zeros(len(self.rows), dtype=bool)
        binding[used] = np.abs(found.eqlin.marginals) > 1e-9
        return world, self.rows[binding]

    def settled_pairs(self, singles: np.ndarray) -> list[tuple[int, int]]:
        """Pairs among these classes whose sum follows from the known rows (equations alone)."""
        if len(singles) < 2:
            return []
        from scipy.sparse.linalg import lsmr

        draws = np.random.default_rng(1).standard_normal((2, len(self.truth)))
        moves = []
        for draw in draws:  # the part of a random move that no known row would notice
            fitted = lsmr(self.equations.T, draw, atol=1e-13, btol=1e-13, maxiter=20_000)[0]
            moves.append((draw - self.equations.T @ fitted)[singles])
        first, second = moves
        order = np.argsort(np.abs(first), kind="stable")
        pairs = []
        for one, other in zip(order, order[1:], strict=False):
            if (
                abs(first[one]) > 1e-6
                and abs(first[one] + first[other]) < 1e-7
                and abs(second[one] + second[other]) < 1e-7
            ):
                pairs.append((int(singles[one]), int(singles[other])))
        return pairs


def _classes(system: System, known: np.ndarray) -> np.ndarray:
    """The class of each column: bundles in the same known rows, node by node."""
    draw = np.random.default_rng(0)
    of_node = draw.integers(1, 2**63, int(system.node.max()) + 1, dtype=np.uint64) | np.uint64(1)
    of_row = draw.integers(1, 2**63, len(known), dtype=np.uint64)
    keys = np.zeros(int(system.bundle.max()) + 1, dtype=np.uint64)
    np.bitwise_xor.at(keys, system.bundle, of_node[system.node])
    if len(system.limits):
        low, high = system.limits.T
        tied = of_node[system.node[low]] * np.uint64(3) + of_node[system.node[high]]
        np.bitwise_xor.at(keys, system.bundle[low], tied)
    entries = system.members[np.flatnonzero(known)]
    rows = np.repeat(of_row[known], np.diff(entries.indptr))
    np.bitwise_xor.at(
        keys, system.bundle[entries.indices], rows * of_node[system.node[entries.indices]]
    )
    bundles = np.unique(keys, return_inverse=True)[1]
    wide = bundles[system.bundle].astype(np.int64) * (int(system.node.max()) + 1) + system.node
    return np.unique(wide, return_inverse=True)[1]
