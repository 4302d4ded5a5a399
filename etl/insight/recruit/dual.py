"""How much any choice of places could serve at most: a Lagrangian bound by subgradient steps.

Demand i may be served once. Letting it be served by every place that reaches it, and charging l_i
for each request instead, cuts the problem into places: with T_j = sum_(i in reach) u_i (1 - l_i), k
recruits at j are worth at most min(k c, T_j), and for every 0 <= l <= 1

    sum_i l_i u_i + (the best N recruits at those worths)

is an upper bound. Without capacities its minimum over l is the bound of the linear relaxation of
the covering problem (Galvao and ReVelle 1996), at the cost of sparse products.
"""

import numpy as np
from scipy import sparse

STEPS = 150
PATIENCE = 8  # steps without a better bound before they get shorter


def bound(
    reach: sparse.csr_array, demand: np.ndarray, recruits: int, capacity: float, reached: float
) -> float:
    """The lowest bound found, in requests a month.

    reach (places, demand); demand, capacity and `reached` (what a known choice serves; it sets the
    length of the steps) in requests a month.
    """
    charge = np.zeros_like(demand)
    lowest, length, waited = np.inf, 1.5, 0
    for _ in range(STEPS):
        total = reach @ (demand * (1 - charge))
        worth, exhausted = _best_worth(total, recruits, capacity)
        value = float(charge @ demand) + worth
        if value < lowest - 1e-9:
            lowest, waited = value, 0
        else:
            waited += 1
            if waited >= PATIENCE:
                length, waited = length / 2, 0
        slope = demand * (1 - reach[exhausted].sum(axis=0))
        square = float(slope @ slope)
        if square == 0 or value - reached <= 1e-9 * value:
            break
        charge = np.clip(charge - length * (value - reached) / square * slope, 0, 1)
    return lowest


def _best_worth(total: np.ndarray, recruits: int, capacity: float) -> tuple[float, np.ndarray]:
    """What the best recruits are worth; and the places whose whole worth they take.

    A place gives pieces of `capacity` while its total lasts, and the rest as one more piece.
    """
    full = np.minimum(np.floor(total / capacity), recruits).astype(int)
    if full.sum() >= recruits:
        return recruits * capacity, np.zeros(0, dtype=int)
    left = recruits - int(full.sum())
    rest = total - full * capacity
    chosen = np.argpartition(-rest, min(left, len(rest)) - 1)[:left]
    return float(full.sum() * capacity + rest[chosen].sum()), chosen
