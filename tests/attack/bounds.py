"""How closely a figure is told: moves away from the truth that no reader could rule out.

A figure is safe from a reader when some world that agrees with all that this reader knows has it
20 % lower, and some world 20 % higher (counts of persons: whole numbers). Worlds are found as the
smallest move from the true one, with the true side of every either-or; only where there is none, a
mixed-integer programme over all worlds decides. Who counts in whole numbers (Model.in_whole) needs
worlds of such for all, not for the figure asked alone: three times the work.
"""

from dataclasses import dataclass

import highspy
import numpy as np
from scipy import sparse

from tests.attack.model import SLACK, Model, Unknown

SHARE = 0.2
NEAR = 1e-5
SECONDS = 5.0  # of one mixed-integer programme
OUTSIDER = "outsider"


@dataclass(frozen=True)
class Told:
    """A figure that a reader works out: it lies between low and high, for these reasons; sign: 1
    where no world has it a fifth higher, -1 where none has it lower."""

    reader: str
    unknown: Unknown
    low: float
    high: float
    how: tuple[str, ...]
    sign: int
    is_proved: bool = True

    def __str__(self) -> str:
        sure = "" if self.is_proved else " (not settled in time)"
        return (
            f"{self.reader}: {self.unknown.key} of {self.unknown.value:g} lies in"
            f" {self.low:g}..{self.high:g}{sure} by {' & '.join(self.how)}"
        )


def reach(unknown: Unknown) -> float:
    """How far a world must be from the truth, up or down."""
    far = SHARE * unknown.value
    return float(np.ceil(far - NEAR)) if unknown.is_whole else far


def are_whole(values: np.ndarray) -> bool:
    return bool(np.all(np.abs(values - np.round(values)) < NEAR))


class Moves:
    """Smallest moves from the truth: each unknown goes up by one column or down by another."""

    def __init__(self, model: Model) -> None:
        self.model, self.truth = model, model.truth
        self.count = len(self.truth)
        self.room_up = np.full(self.count, highspy.kHighsInf)
        self.room_down = self.truth.copy()
        for one, other in model.either_or:  # stay on the true side
            for here, there in ((one, other), (other, one)):
                if self.truth[here] > 0 or (self.truth[there] == 0 and here > there):
                    self.room_up[there] = self.room_down[there] = 0.0
        self.is_whole = model.is_whole
        self.matrix = matrix = model.matrix(model.rows)
        now = matrix @ self.truth
        lows = np.array([row.low for row in model.rows]) - now
        highs = np.array([row.high for row in model.rows]) - now
        lows[np.abs(lows) < SLACK] = highs[np.abs(highs) < SLACK] = 0.0
        columns = matrix.tocsc()
        both = highspy.HighsLp()
        both.num_col_, both.num_row_ = 2 * self.count, len(model.rows)
        self.rooms = np.concatenate([self.room_up, self.room_down])
        weight = 1 / (1 + np.sqrt(self.truth))  # large ones absorb
        both.col_cost_ = np.concatenate([weight, weight])
        both.col_lower_ = np.zeros(2 * self.count)
        both.col_upper_ = self.rooms
        both.row_lower_, both.row_upper_ = self.lp_rows = lows, highs
        both.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        starts = columns.indptr
        both.a_matrix_.start_ = np.concatenate([starts[:-1], starts[-1] + starts])
        both.a_matrix_.index_ = np.concatenate([columns.indices, columns.indices])
        both.a_matrix_.value_ = np.concatenate([columns.data, -columns.data])
        self.lp, self.solver = both, _quiet()
        self.solver.passModel(both)
        self.solved = 0

    def move(self, number: int, sign: int, fixed: np.ndarray) -> np.ndarray | None:
        """The smallest move that brings an unknown as far as it must go, with those in `fixed`
        as they are; None where there is none on this side."""
        far = reach(self.model.unknowns[number])
        room = (self.room_up if sign > 0 else self.room_down)[number]
        if far > room:
            return None
        column, back = number, number + self.count  # and not back by the other
        if sign < 0:
            column, back = back, column
        held = np.concatenate([fixed, fixed + self.count, [back]]).astype(np.int32)
        none = np.zeros(len(held))
        self.solver.changeColsBounds(len(held), held, none, none)
        self.solver.changeColBounds(column, far, max(room, far))
        self.solver.run()
        self.solved += 1
        found = None
        if self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            columns = np.array(self.solver.getSolution().col_value)
            found = columns[: self.count] - columns[self.count :]
        self.solver.changeColBounds(column, 0.0, room)
        self.solver.changeColsBounds(len(held), held, none, self.rooms[held])
        if found is None or are_whole(found[self.is_whole]):
            return found
        # near the move in broken numbers, else anywhere
        rows = np.unique(self.matrix[:, np.abs(found) > NEAR].nonzero()[0])
        near = np.unique(self.matrix[rows].nonzero()[1])
        for free in (near, np.arange(self.count)):
            found = self._in_whole_numbers(column, far, np.append(fixed, back % self.count), free)
            if found is not None:
                return found
        return None

    def _in_whole_numbers(
        self, column: int, far: float, fixed: np.ndarray, free: np.ndarray
    ) -> np.ndarray | None:
        """A move of the free ones alone, those in `fixed` not among them but the one asked for."""
        high = np.zeros(2 * self.count)
        free = np.setdiff1d(free, fixed)
        for columns in (free, free + self.count):
            high[columns] = self.rooms[columns]
        low = np.zeros(2 * self.count)
        low[column], high[column] = far, max(self.rooms[column], far)
        solver = _quiet()
        for option, value in (
            ("presolve", "on"), ("solver", "choose"), ("time_limit", SECONDS),
            ("mip_rel_gap", 1e9),  # the first will do
        ):  # fmt: skip
            solver.setOptionValue(option, value)
        solver.passModel(self.lp)
        whole = np.flatnonzero(np.tile(self.is_whole, 2)).astype(np.int32)
        kinds = np.full(len(whole), highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(len(whole), whole, kinds)
        every = np.arange(2 * self.count, dtype=np.int32)
        solver.changeColsBounds(len(every), every, low, high)
        solver.run()
        self.solved += 1
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        columns = np.array(solver.getSolution().col_value)
        found = columns[: self.count] - columns[self.count :]
        found[self.is_whole] = np.round(found[self.is_whole])
        return found if self._fits(found) else None

    def _fits(self, moved: np.ndarray) -> bool:
        """Whether the world that was found is one, once its numbers are whole."""
        reached = self.matrix @ moved
        room = NEAR * (1 + np.abs(self.matrix @ self.truth))
        return bool(
            np.all(reached >= self.lp_rows[0] - room) and np.all(reached <= self.lp_rows[1] + room)
        )


class Worlds:
    """All worlds that agree with what is known: unknowns, and for each either-or its side."""

    def __init__(self, model: Model, with_publication: bool = True) -> None:
        self.model, self.truth = model, model.truth
        self.rows = [row for row in model.rows if with_publication or row.is_fact]
        self.is_whole = model.is_whole
        self.pairs = np.array(model.either_or, dtype=np.int32).reshape(-1, 2)
        count, sides = len(self.truth), len(self.pairs)
        most = 10 * max(self.truth[self.pairs.ravel()].max(initial=1.0), 20.0)
        number = np.arange(sides)
        # one <= most x side, other <= most x (1 - side)
        pair_rows = sparse.vstack(
            [
                sparse.csr_matrix(
                    (np.ones(sides), (number, self.pairs[:, which])), shape=(sides, count)
                )
                for which in (0, 1)
            ]
        )
        side_rows = sparse.vstack([-most * sparse.eye(sides), most * sparse.eye(sides)])
        matrix = sparse.vstack(
            [
                sparse.hstack(
                    [model.matrix(self.rows), sparse.csr_matrix((len(self.rows), sides))]
                ),
                sparse.hstack([pair_rows, side_rows]),
            ]
        ).tocsc()
        low = np.array([row.low for row in self.rows])
        high = np.array([row.high for row in self.rows])
        self.lp = highspy.HighsLp()
        self.lp.num_col_, self.lp.num_row_ = count + sides, matrix.shape[0]
        self.lp.col_cost_ = np.zeros(count + sides)
        self.lp.col_lower_ = self.low = np.zeros(count + sides)
        self.high = np.full(count + sides, highspy.kHighsInf)
        self.high[count:] = 1
        self.lp.col_upper_ = self.high
        self.lp.row_lower_ = np.concatenate(
            [low - SLACK * (1 + np.abs(low)), np.full(2 * sides, -highspy.kHighsInf)]
        )
        self.lp.row_upper_ = np.concatenate(
            [high + SLACK * (1 + np.abs(high)), np.zeros(sides), np.full(sides, most)]
        )
        self.lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        self.lp.a_matrix_.start_, self.lp.a_matrix_.index_ = matrix.indptr, matrix.indices
        self.lp.a_matrix_.value_ = matrix.data
        self.relaxed = _quiet()
        self.relaxed.passModel(self.lp)

    def end(
        self, number: int, sign: int, held: np.ndarray, at: np.ndarray
    ) -> tuple[float, np.ndarray, np.ndarray]:
        """The lowest (-1) or highest (1) value of an unknown in the relaxation, which knows
        neither sides nor whole numbers: no world is further out. With the world that has it, and
        the prices of the rows. The columns `held` stand at `at`."""
        solver, held = self.relaxed, held.astype(np.int32)
        solver.changeColsBounds(len(held), held, at, at)
        solver.changeColCost(number, -float(sign))
        solver.run()
        status = solver.getModelStatus()
        found = solver.getSolution()
        world, prices = np.array(found.col_value), np.array(found.row_dual)
        solver.changeColCost(number, 0.0)
        solver.changeColsBounds(len(held), held, self.low[held], self.high[held])
        if status in (
            highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):  # fmt: skip
            return sign * np.inf, world, prices
        assert status == highspy.HighsModelStatus.kOptimal, status  # the truth itself fits
        return float(world[number]), world, prices

    def is_told(
        self, number: int, sign: int, fixed: np.ndarray
    ) -> tuple[bool, float, tuple[str, ...], bool]:
        """Whether no world has the unknown as far as it must be; its end in the relaxation; by
        which rows; whether that was settled in time."""
        value, at = self.truth[number], self.truth[fixed]
        wanted = value + sign * reach(self.model.unknowns[number])
        room = NEAR * (1 + value)
        end, world, prices = self.end(number, sign, fixed, at)
        if sign * (end - wanted) < -room:
            rows = np.flatnonzero(np.abs(prices[: len(self.rows)]) > 1e-9)
            return True, end, tuple(sorted({self.rows[row].why for row in rows})), True
        if np.isinf(end):
            return False, end, (), True
        # the sides that the relaxed world leans to
        lesser = np.where(
            world[self.pairs[:, 0]] >= world[self.pairs[:, 1]], self.pairs[:, 1], self.pairs[:, 0]
        )
        lesser = np.setdiff1d(lesser, fixed)
        held = np.concatenate([fixed, lesser])
        try:
            near, world, _ = self.end(
                number, sign, held, np.concatenate([at, np.zeros(len(lesser))])
            )
        except AssertionError:
            near = -sign * np.inf
        if sign * (near - wanted) >= -room and are_whole(
            world[: len(self.is_whole)][self.is_whole]
        ):
            return False, near, (), True
        is_there = self._exists(number, wanted, sign, fixed, at)
        return is_there is False, end, ("whole numbers and sides",), is_there is not None

    def _exists(
        self, number: int, wanted: float, sign: int, fixed: np.ndarray, at: np.ndarray
    ) -> bool | None:
        """Whether a world has the unknown so far out; None where time was too short to tell."""
        whole = _quiet()
        whole.setOptionValue("presolve", "on")
        whole.setOptionValue("solver", "choose")
        whole.setOptionValue("time_limit", SECONDS)
        whole.passModel(self.lp)
        sides = np.arange(len(self.truth), len(self.high))
        columns = np.concatenate([np.flatnonzero(self.is_whole), sides]).astype(np.int32)
        kinds = np.full(len(columns), highspy.HighsVarType.kInteger)
        whole.changeColsIntegrality(len(columns), columns, kinds)
        whole.changeColsBounds(len(fixed), fixed.astype(np.int32), at, at)
        low, high = (wanted, highspy.kHighsInf) if sign > 0 else (0.0, wanted)
        whole.changeColBounds(number, low, high)
        whole.run()
        status = whole.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            return True
        return False if status == highspy.HighsModelStatus.kInfeasible else None


def _quiet() -> highspy.Highs:
    solver = highspy.Highs()
    for option, value in (
        ("output_flag", False), ("presolve", "off"), ("solver", "simplex"), ("threads", 1),
    ):  # fmt: skip
        solver.setOptionValue(option, value)
    return solver
