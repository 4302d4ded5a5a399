"""The best places for recruits, proven: a mixed-integer programme, solved by HiGHS.

    x_j  recruits at place j, whole          y_ij  requests of i that recruits at j serve
    w_i = sum_j y_ij  served of demand i     maximise sum_i w_i
    sum_j x_j <= N                           sum_i y_ij <= c x_j
    w_i <= u_i sum_(j reaches i) x_j         0 <= w_i <= u_i

The third line follows from the others for whole x and makes the relaxation as tight as that of the
maximal covering location problem (Church and ReVelle 1974). Where no place reaches more than one
recruit can take, the capacity says nothing: y falls away and that problem itself is left.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

# beyond so many pairs of place and demand HiGHS does not prove an optimum in seconds
MAX_FLOWS = 60_000
MAX_COVERS = 250_000
# beyond so many, looking for dominated places costs more than it saves
MAX_REDUCIBLE = 2_000_000


@dataclass(frozen=True)
class Reduced:
    """A smaller problem with the same optimum; `places` and `groups` lead back."""

    reach: sparse.csr_array
    demand: np.ndarray
    places: np.ndarray


@dataclass(frozen=True)
class Solved:
    """Recruits per place (index -> number), and a bound no choice can exceed."""

    recruits: dict[int, int]
    upper_bound: float
    is_proven: bool


def reduce(reach: sparse.csr_array, demand: np.ndarray) -> Reduced:
    """Merges demand (each above 0) that the same places reach, and drops places that another one
    dominates.

    A place whose reach lies within another's never does better, since recruits may share a place.
    """
    places = np.flatnonzero(np.diff(reach.indptr) > 0)
    reach = reach[places]
    undominated = _undominated(reach)
    reach, places = reach[undominated], places[undominated]
    group = _same_columns(reach)
    merge = sparse.csr_array(
        (np.ones(len(group)), (np.arange(len(group)), group)),
        shape=(len(group), int(group.max(initial=-1)) + 1),
    )
    merged = (reach @ merge).tocsr()
    merged.data[:] = 1.0
    return Reduced(merged, demand @ merge, places)


def _undominated(reach: sparse.csr_array) -> np.ndarray:
    """Rows that no other row contains; of equal rows the first."""
    sizes = np.diff(reach.indptr)
    common = (reach @ reach.T).tocoo()
    inside = (common.data == sizes[common.row]) & (common.row != common.col)
    lesser, greater = common.row[inside], common.col[inside]
    is_out = (sizes[lesser] < sizes[greater]) | (lesser > greater)
    return np.setdiff1d(np.arange(reach.shape[0]), lesser[is_out])


def _same_columns(reach: sparse.csr_array) -> np.ndarray:
    """The number of a group for each column; columns of one group hold the same rows."""
    columns = reach.tocsc()
    columns.sort_indices()
    texts = [
        columns.indices[start:end].tobytes()
        for start, end in zip(columns.indptr, columns.indptr[1:], strict=False)
    ]
    numbers: dict[bytes, int] = {}
    return np.array([numbers.setdefault(text, len(numbers)) for text in texts], dtype=int)


def fits(problem: Reduced, capacity: float) -> bool:
    """Whether the problem is small enough to be worth a try."""
    limit = MAX_FLOWS if _is_capacitated(problem, capacity) else MAX_COVERS
    return problem.reach.nnz <= limit


def _is_capacitated(problem: Reduced, capacity: float) -> bool:
    return bool((problem.reach @ problem.demand > capacity).any())


def solve(problem: Reduced, recruits: int, capacity: float, time_limit_s: float) -> Solved | None:
    """The best choice HiGHS finds in the time; None when it finds none."""
    places, demand = problem.reach.shape
    most = np.ceil(problem.reach @ problem.demand / capacity - 1e-12)
    if _is_capacitated(problem, capacity):
        pairs = problem.reach.tocoo()
        count = len(pairs.row)
        by_place = _rows(pairs.row, places)
        by_demand = _rows(pairs.col, demand)
        constraints = [
            LinearConstraint(
                sparse.hstack([-capacity * sparse.eye_array(places), by_place]).tocsr(), -np.inf, 0
            ),
            LinearConstraint(
                sparse.hstack([sparse.csr_array((demand, places)), by_demand]).tocsr(), -np.inf,
                problem.demand,
            ),
            LinearConstraint(
                sparse.hstack(
                    [-sparse.diags_array(problem.demand) @ problem.reach.T, by_demand]
                ).tocsr(),
                -np.inf,
                0,
            ),
        ]  # fmt: skip
        upper = np.minimum(problem.demand, np.inf)[pairs.col]
    else:
        count = demand
        constraints = [
            LinearConstraint(
                sparse.hstack(
                    [
                        -sparse.diags_array(problem.demand) @ problem.reach.T,
                        sparse.eye_array(count),
                    ]
                ).tocsr(),
                -np.inf,
                0,
            ),
        ]  # fmt: skip
        upper = problem.demand
    all_places = sparse.hstack([_ones(places), sparse.csr_array((1, count))]).tocsr()
    constraints.insert(0, LinearConstraint(all_places, -np.inf, recruits))
    result = milp(
        c=np.concatenate([np.zeros(places), -np.ones(count)]),
        integrality=np.concatenate([np.ones(places), np.zeros(count)]),
        bounds=Bounds(0, np.concatenate([np.minimum(most, recruits), upper])),
        constraints=constraints,
        options={"time_limit": time_limit_s, "mip_rel_gap": 1e-7},
    )
    if result.x is None:
        return None
    chosen = np.rint(result.x[:places]).astype(int)
    bound = -float(result.mip_dual_bound) if result.mip_dual_bound is not None else np.inf
    return Solved(
        {int(problem.places[j]): int(chosen[j]) for j in np.flatnonzero(chosen)},
        bound,
        result.status == 0,
    )


def _ones(count: int) -> sparse.csr_array:
    return sparse.csr_array(np.ones((1, count)))


def _rows(row_of: np.ndarray, rows: int) -> sparse.csr_array:
    """1 in the row of each entry; shape (rows, entries)."""
    entries = np.arange(len(row_of))
    return sparse.csr_array((np.ones(len(row_of)), (row_of, entries)), shape=(rows, len(row_of)))
