"""Linear programmes of one part of a reader's knowledge, solved by HiGHS in counted steps."""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from etl.disclosure import simplex
from etl.disclosure.simplex import DUAL, FREE, PRIMAL

TINY = 1e-9


class Unsolved(Exception):
    """A linear programme without an answer, or too much work: some of it cannot be shown."""

    def __init__(self, why: str, component: int) -> None:
        super().__init__(why)
        self.component = component


class Work:
    """What may be spent on each component, in steps of the simplex times entries they go through
    (and a hundred a column to read the answer): the same on every machine, unlike time. A second
    of one core is about 1e8."""

    def __init__(self, components: int, most: int) -> None:
        self.most = most
        self.left = np.full(components, most)

    def run(self, highs: highspy.Highs, component: int) -> None:
        """Raises Unsolved when the component's share is used up, which then starts anew."""
        step = highs.getNumNz() + 1
        highs.setOptionValue("simplex_iteration_limit", int(self.left[component]) // step + 1)
        highs.run()
        spent = highs.getInfo().simplex_iteration_count * step + 100 * highs.getNumCol()
        self.left[component] -= spent
        if self.left[component] < 0:
            self.left[component] = self.most
            raise Unsolved("too much hangs together", component)


@dataclass(frozen=True)
class Part:
    """Classes that hang together: matrix @ x = matrix @ truth for the sums that are known, x >= 0
    but where free, and the first of each pair of limits no more than the second."""

    matrix: sparse.csr_matrix
    truth: np.ndarray
    is_free: np.ndarray
    limits: np.ndarray


class Question:
    """The programme of a part, kept between questions: each starts where the last one ended.

    rows: what its sums are called by whoever asks. Figures are scaled: they add up to 1e4.
    """

    def __init__(self, part: Part, rows: np.ndarray, work: Work, component: int) -> None:
        self.part, self.rows, self.work, self.component = part, rows, work, component
        self.scale = max(1.0, float(np.abs(part.truth).sum())) / 1e4
        self.most = 4e4 + 100 / self.scale
        count, width = part.matrix.shape
        more = len(part.limits)
        self.is_known = np.ones(count, dtype=bool)
        self.totals = part.matrix @ part.truth / self.scale
        at = np.arange(more).repeat(2)
        ones = np.tile([1.0, -1.0], more)
        below = sparse.csr_matrix((ones, (at, part.limits.ravel())), (more, width))
        matrix = sparse.vstack([part.matrix, below], format="csr") if more else part.matrix
        self.highs = simplex.load(
            matrix,
            (np.where(part.is_free, -self.most, 0.0), np.full(width, self.most)),
            (
                np.concatenate([self.totals, np.full(more, -FREE)]),
                np.concatenate([self.totals, np.zeros(more)]),
            ),
        )

    def _run(self) -> highspy.HighsModelStatus:
        self.work.run(self.highs, self.component)
        return self.highs.getModelStatus()

    def _fail(self, status: highspy.HighsModelStatus) -> Unsolved:
        return Unsolved(f"the linear programme has no answer: {status}", self.component)

    def _world(self, values: np.ndarray) -> np.ndarray:
        world = values[: len(self.part.truth)] * self.scale
        return np.where(self.part.is_free, world, np.maximum(world, 0.0))

    def _aim(self, cost: np.ndarray, first: int = 0) -> None:
        places = np.arange(first, first + len(cost), dtype=np.int32)
        self.highs.changeColsCost(len(cost), places, cost)

    def know(self, known: np.ndarray) -> None:
        """Says which of its sums are known now."""
        for row in np.flatnonzero(known != self.is_known).tolist():
            total = self.totals[row]
            self.highs.changeRowBounds(row, *((total, total) if known[row] else (-FREE, FREE)))
        self.is_known = known

    def world(self, cost: np.ndarray) -> np.ndarray:
        """The world of least cost."""
        self._aim(cost)
        status = self._run()
        if status != highspy.HighsModelStatus.kOptimal:
            raise self._fail(status)
        return self._world(np.array(self.highs.getSolution().col_value))

    def binding(self) -> np.ndarray:
        """Whether each known sum keeps the last world from costing less."""
        duals = np.array(self.highs.getSolution().row_dual)[: len(self.is_known)]
        return self.is_known & (np.abs(duals) > TINY)

    def repair(
        self, classes: np.ndarray, sign: int, goal: float, cost: np.ndarray
    ) -> tuple[float, np.ndarray, np.ndarray] | None:
        """The cheapest sums to withhold so that these classes together come down (sign 1) or up
        (-1) to the goal: their price, the sums, and a world in which it is reached; None when no
        withholding helps. cost: of each sum, infinite where it cannot be withheld.

        That is a relaxation: a sum costs as much as it is missed by, though what is missed by
        little is withheld as well.
        """
        highs, basis = self.highs, self.highs.getBasis()
        can = np.flatnonzero(self.is_known & np.isfinite(cost))
        width, count = len(self.part.truth), 2 * len(can)
        self._aim(np.zeros(width))
        # by how much each sum is missed: over, and under
        highs.addCols(
            count, np.tile(cost[can], 2), np.zeros(count), np.full(count, self.most), count,
            np.arange(count, dtype=np.int32), np.tile(can, 2).astype(np.int32),
            np.repeat([1.0, -1.0], len(can)),
        )  # fmt: skip
        goal /= self.scale
        bounds = (-FREE, goal) if sign > 0 else (goal, FREE)
        highs.addRow(*bounds, len(classes), classes.astype(np.int32), np.ones(len(classes)))
        last = highs.getNumRow() - 1
        highs.setOptionValue("simplex_strategy", DUAL)  # only the target is out of its bounds
        status = self._run()
        found = None
        if status == highspy.HighsModelStatus.kOptimal:
            values = np.array(highs.getSolution().col_value)
            missed = values[width:].reshape(2, -1).sum(axis=0)
            price = float(cost[can] @ missed)
            found = price, can[missed > 1e-7], self._world(values)
        elif status != highspy.HighsModelStatus.kInfeasible:
            raise self._fail(status)
        highs.setOptionValue("simplex_strategy", PRIMAL)
        highs.deleteRows(1, np.array([last], dtype=np.int32))
        highs.deleteCols(count, np.arange(width, width + count, dtype=np.int32))
        highs.setBasis(basis)
        return found
