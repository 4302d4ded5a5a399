"""How far the figures that nobody states may lie from the truth, as far as a reader can tell.

Worlds that are found fast prove sides wide enough; what they do not prove, scipy's linprog decides.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from etl.disclosure import drift, simplex

BINDING = 1e-9  # dual values below are noise
# For classes that hang together: steps of the simplex times entries; 120 co-operatives take 7e7.
WORK = 500_000_000
SWEEPS = 40  # worlds that are looked for before sides are taken one by one


@dataclass(frozen=True)
class Prover:
    """sums: rows of 1 and -1 over classes of unknowns, whose values are known; limits: pairs of
    classes, the first never more than the second; truth: the values; is_free: may be negative.
    targets: rows over classes, of which is_whole (an entry each) tells whether a target holds all
    of a class: of a part of one, it may hold everything or nothing."""

    sums: sparse.csr_matrix
    limits: np.ndarray
    truth: np.ndarray
    is_free: np.ndarray
    targets: sparse.csr_matrix
    is_whole: np.ndarray

    @cached_property
    def differences(self) -> sparse.csr_matrix:
        """Rows that are at most 0: the lower of each pair less the higher."""
        count = len(self.limits)
        signs = np.tile([1.0, -1.0], count)
        at = (np.arange(count).repeat(2), self.limits.ravel())
        return sparse.csr_matrix((signs, at), (count, len(self.truth)))

    @cached_property
    def parts(self) -> np.ndarray:
        """What hangs together: a number for each class."""
        tied = sparse.vstack([self.sums, self.differences, abs(self.targets)])
        graph = sparse.bmat([[None, tied.T], [tied, None]])
        linked = sparse.csgraph.connected_components(abs(graph), directed=False)[1]
        return linked[: len(self.truth)]

    def narrow(
        self, low: np.ndarray, high: np.ndarray, asked: np.ndarray, rows: np.ndarray | None = None
    ) -> tuple[dict[int, np.ndarray], np.ndarray]:
        """Of the targets asked for, those that cannot come down to low or up to high, with the sums
        (of these rows) that keep them from it; and the sums of what is too large to be decided."""
        used = np.ones(self.sums.shape[0], dtype=bool) if rows is None else rows
        in_doubt = rows is None
        found: dict[int, np.ndarray] = {}
        too_large = [np.zeros(0, dtype=int)]
        sides = self._sides(low, high, asked)
        sides = self._drifted(sides, np.flatnonzero(used))
        part = self.parts[self.targets.indices[self.targets.indptr[sides[0]]]]
        order = np.argsort(part, kind="stable")
        splits = np.flatnonzero(np.diff(part[order])) + 1
        for chosen in np.split(order, splits) if len(order) else []:
            inside = self.classes_of[part[chosen[0]]]
            rows = np.intersect1d(self.rows_of(inside), np.flatnonzero(used))
            in_part = _Part(self, inside, rows)
            targets, signs, goals = (values[chosen] for values in sides)
            _decide(in_part, targets, signs, goals, found, in_doubt)
            if in_part.left < 0:
                too_large.append(in_part.rows)
        return found, np.concatenate(too_large)

    def _sides(
        self, low: np.ndarray, high: np.ndarray, asked: np.ndarray
    ) -> tuple[np.ndarray, ...]:
        """Target, sign (1: down) and goal of each side that the truth does not prove."""
        touched = self.targets.indices
        of = np.repeat(np.arange(len(low)), np.diff(self.targets.indptr))
        wild = np.bincount(of, self.is_free[touched] & ~self.is_whole, minlength=len(low)) > 0
        least, most = self._ends(self.truth)
        asks = np.zeros(len(low), dtype=bool)
        asks[asked] = True
        down = np.flatnonzero(asks & ~wild & (least > low))
        up = np.flatnonzero(asks & ~wild & (most < high))
        return (
            np.concatenate([down, up]),
            np.repeat([1.0, -1.0], [len(down), len(up)]),
            np.concatenate([low[down], high[up]]),
        )

    def _drifted(self, sides: tuple[np.ndarray, ...], rows: np.ndarray) -> tuple[np.ndarray, ...]:
        """The sides that no world near the truth proves."""
        known = self.sums[rows]
        for world in drift.worlds(known, self.limits, self.truth, self.parts):
            targets, signs, goals = sides
            misses = np.abs(known @ (world - self.truth)).max(initial=0)
            above = (self.differences @ world).max(initial=0)
            agrees = max(misses, above) <= 1e-7 * max(1.0, float(np.abs(self.truth).max(initial=0)))
            if not len(targets) or not agrees or (world[~self.is_free] < 0).any():
                break
            low, high = self._ends(world)
            reached = np.where(signs > 0, low[targets], high[targets])
            missing = reached * signs > goals * signs
            sides = (targets[missing], signs[missing], goals[missing])
            if missing.mean() > 0.95:
                break
        return sides

    def _ends(self, world: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value of each target in a world."""
        count, touched = self.targets.shape[0], self.targets.indices
        of = np.repeat(np.arange(count), np.diff(self.targets.indptr))
        return (
            np.bincount(of, world[touched] * self.is_whole, minlength=count),
            np.bincount(of, world[touched], minlength=count),
        )

    @cached_property
    def classes_of(self) -> list[np.ndarray]:
        order = np.argsort(self.parts, kind="stable")
        return np.split(order, np.cumsum(np.bincount(self.parts))[:-1])

    @cached_property
    def _columns(self) -> sparse.csc_matrix:
        return self.sums.tocsc()

    def rows_of(self, inside: np.ndarray) -> np.ndarray:
        """The sums that speak of these classes."""
        return np.unique(self._columns[:, inside].indices)


class _Part:
    """The classes and the known sums that hang together, and worlds that agree with them, each
    found from where the last one ended. No world is believed unseen: one that does not agree with
    every known sum is the truth instead, which proves nothing."""

    def __init__(self, prover: Prover, inside: np.ndarray, rows: np.ndarray) -> None:
        self.prover, self.inside, self.rows = prover, inside, rows
        self.left = WORK
        self.truth, self.is_free = prover.truth[inside], prover.is_free[inside]
        self.sums = prover.sums[rows][:, inside]
        differences = prover.differences[:, inside]
        self.differences = differences[np.diff(differences.indptr) > 0]
        self.unit = max(1.0, float(np.abs(self.truth).sum()) / 1000)
        self.most = 5000 + 200 / self.unit  # that no figure is near to
        self.totals = self.sums @ self.truth / self.unit
        matrix = sparse.csr_matrix(sparse.vstack([self.sums, self.differences]))
        more = self.differences.shape[0]
        self.highs = simplex.load(
            matrix,
            (np.where(self.is_free, -self.most, 0.0), np.full(len(inside), self.most)),
            (
                np.concatenate([self.totals, np.full(more, -simplex.FREE)]),
                np.concatenate([self.totals, np.zeros(more)]),
            ),
        )

    def counted(self, targets: np.ndarray, signs: np.ndarray) -> sparse.csr_matrix:
        """What each side adds up, over these classes: going down, only whole ones."""
        prover = self.prover
        held = prover.targets[targets]
        starts = prover.targets.indptr
        spans = [prover.is_whole[starts[one] : starts[one + 1]] for one in targets]
        of = np.repeat(signs, np.diff(held.indptr))
        data = np.where(np.concatenate(spans) | (of < 0), 1.0, 0.0)
        places = np.searchsorted(self.inside, held.indices)
        return sparse.csr_matrix((data, places, held.indptr), (len(targets), len(self.inside)))

    def world(self, cost: np.ndarray) -> np.ndarray:
        """A world of low cost that agrees with all that is known."""
        number = len(self.inside)
        self.highs.changeColsCost(number, np.arange(number, dtype=np.int32), cost)
        step = self.highs.getNumNz() + 1
        self.highs.setOptionValue("simplex_iteration_limit", max(0, self.left) // step + 1)
        self.highs.run()
        self.left -= self.highs.getInfo().simplex_iteration_count * step + 100 * number
        found = np.array(self.highs.getSolution().col_value) * self.unit
        if len(found) != number:
            return self.truth
        found = np.where(self.is_free, found, np.maximum(found, 0.0))
        misses = np.abs(self.sums @ (found - self.truth))
        scale = 1e-7 * max(1.0, float(np.abs(self.truth).sum()))
        agrees = (misses <= scale).all() and (self.differences @ found <= scale).all()
        return found if agrees else self.truth

    def solve(self, cost: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
        """The world of least cost, by scipy's linprog, and the sums that keep it from costing
        less; no world and all sums if there is no answer."""
        free = np.where(self.is_free, -self.most, 0.0)
        found = linprog(
            cost,
            A_eq=self.sums if len(self.rows) else None,
            b_eq=self.totals if len(self.rows) else None,
            A_ub=self.differences if self.differences.shape[0] else None,
            b_ub=np.zeros(self.differences.shape[0]) if self.differences.shape[0] else None,
            bounds=np.column_stack([free, np.full(len(free), self.most)]),
            method="highs-ds",
        )
        if found.status != 0:
            return None, self.rows
        binding = np.abs(found.eqlin.marginals) > BINDING if len(self.rows) else self.rows > 0
        return found.x * self.unit, self.rows[binding] if binding.any() else self.rows


def _decide(
    part: _Part,
    targets: np.ndarray,
    signs: np.ndarray,
    goals: np.ndarray,
    found: dict[int, np.ndarray],
    in_doubt: bool,
) -> None:
    """Enters the targets of one part that cannot reach their goals, until its work is used up;
    in_doubt: whether one counts for which no answer is found."""
    sides = part.counted(targets, signs)
    size = np.maximum(1.0, np.abs(goals))
    open_ = np.ones(len(targets), dtype=bool)

    def see(world: np.ndarray) -> None:
        np.logical_and(open_, (sides @ world) * signs > goals * signs, out=open_)

    draw = np.random.default_rng(3)
    for _ in range(SWEEPS):
        before = open_.sum()
        if before < 8 or part.left < 0:
            break
        weights = np.where(open_, signs * draw.uniform(0, 1, len(signs)) / size, 0.0)
        see(part.world(sides.T @ weights))
        if open_.sum() > 0.95 * before:
            break
    while open_.any() and part.left >= 0:
        first = int(np.argmax(open_))
        cost = np.asarray(sides[[first]].todense()).ravel() * signs[first]
        see(part.world(cost))
        if open_[first]:
            open_[first] = False
            world, rows = part.solve(cost)
            is_narrow = in_doubt
            if world is not None:
                is_narrow = bool(
                    (sides[[first]] @ world)[0] * signs[first] > goals[first] * signs[first]
                )
            if is_narrow:
                number = int(targets[first])
                found[number] = np.union1d(found.get(number, rows[:0]), rows)
