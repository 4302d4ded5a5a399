"""Seeded draws that give the same numbers on any machine.

Only uniform draws, exact arithmetic and look-ups in rounded tables: `exp` and `log` of an array may
differ in the last bit from one processor to another, and one bit can move a row.
"""

from __future__ import annotations

import math
import zlib
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Array = npt.NDArray
STEPS = 4096
NORMAL = np.array([round(NormalDist().inv_cdf((i + 0.5) / STEPS), 6) for i in range(STEPS)])


def stream(seed: int, name: str) -> np.random.Generator:
    """The generator of one table: a table drawn more or less never moves another."""
    return np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(name.encode())]))
    )


def lognormal_table(sigma: float) -> Array:
    """STEPS quantiles of a log-normal of median 1, rounded."""
    return np.array([round(math.exp(sigma * z), 6) for z in NORMAL])


def from_table(rng: np.random.Generator, table: Array, size: int) -> Array:
    """Draws whose quantiles are the table's."""
    return table[rng.integers(0, len(table), size)]


def lognormal(rng: np.random.Generator, sigma: float, size: int) -> Array:
    """Log-normal draws of median 1."""
    return from_table(rng, lognormal_table(sigma), size)


def normal(rng: np.random.Generator, size: int) -> Array:
    """Standard normal draws."""
    return from_table(rng, NORMAL, size)


def pick(rng: np.random.Generator, weights: npt.ArrayLike, size: int) -> Array:
    """Indices drawn in proportion to weights."""
    cumulative = np.cumsum(np.asarray(weights, dtype=float))
    found = np.searchsorted(cumulative, rng.random(size) * cumulative[-1], side="right")
    return np.minimum(found, len(cumulative) - 1)


def shares(weights: npt.ArrayLike, total: int) -> Array:
    """Whole numbers in proportion to weights that add up to total (largest remainders)."""
    wanted = np.asarray(weights, dtype=float)
    exact = wanted / np.cumsum(wanted)[-1] * total
    counts = np.floor(exact).astype(np.int64)
    short = total - int(counts.sum())
    largest = np.argsort(-np.round(exact - counts, 9), kind="stable")[:short]
    counts[largest] += 1
    return counts


def few(rng: np.random.Generator, size: int, share: float, least: int = 1) -> Array:
    """Sorted positions of a few rows of `size`: a share of them, at least `least` if it can be."""
    count = min(size, max(least, round(size * share)))
    return np.sort(rng.permutation(size)[:count])


def known(values: Array, mask: Array) -> Array:
    """The values where the mask holds, else None."""
    told = np.full(len(values), None, dtype=object)
    told[mask] = values[mask]
    return told
