"""How far a figure from few cases can be trusted: shrinkage towards the mean.

Maps and rankings of raw rates show the smallest cells at both ends. Empirical Bayes draws each cell
towards the mean of all of them, the more so the less the cell knows: counts by a gamma prior
(Clayton and Kaldor 1987; moments by Marshall 1991), proportions by a beta prior. The raw value is
always shown beside.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

# Of fewer cases nothing is told, for an interval would span half the scale; of fewer than UNSURE no
# figure is told without one.
FEW, UNSURE = 10, 30


def doubt(cases: float, *, has_interval: bool) -> Literal["", "interval", "few"]:
    """What must stand beside a figure of so many cases wherever it is told by itself (in an answer,
    a card, a title): nothing, its interval, or instead of it that they are too few to tell."""
    if cases >= UNSURE:
        return ""
    return "interval" if has_interval and cases >= FEW else "few"


@dataclass(frozen=True)
class Prior:
    """What the cells have in common: mean, and weight = how much of a cell's own data it is worth.

    For counts the weight is in units of the expected E (gamma: a = mean * weight, b = weight); for
    proportions in trials (beta: a = mean * weight, b = (1 - mean) * weight). Infinite weight: the
    cells differ no more than chance makes them, so each takes the mean. NaN mean: no data.
    """

    mean: float
    weight: float

    def shrink(self, counted: np.ndarray, size: np.ndarray) -> np.ndarray:
        """(a + y) / (b + E), or (a + x) / (a + b + n): one value for each cell, shape as given."""
        counted, size = np.asarray(counted, dtype=float), np.asarray(size, dtype=float)
        if np.isinf(self.weight):
            return np.where(np.isnan(counted) | np.isnan(size), np.nan, self.mean)
        total = self.weight + size
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(total > 0, (self.mean * self.weight + counted) / total, np.nan)


def gamma_prior(counted: np.ndarray, expected: np.ndarray) -> Prior:
    """Prior of rates y / E by the method of moments (Marshall 1991).

    counted: events y >= 0; expected: E > 0, what the cell would count at rate 1 (people, months,
    expected cases). Cells without E or with an unknown number are left out. With m = sum y / sum E
    and s2 = sum E (y/E - m)^2 / sum E, the variance between cells is s2 - m / mean(E); the weight
    b is m over it, infinite where chance alone explains what is seen.
    """
    y, size = _known(counted, expected)
    if not len(y):
        return Prior(float("nan"), float("inf"))
    mean = float(y.sum() / size.sum())
    seen = float((size * (y / size - mean) ** 2).sum() / size.sum())
    between = seen - mean / float(size.mean())
    return Prior(mean, _weight(mean, between))


def beta_prior(counted: np.ndarray, trials: np.ndarray) -> Prior:
    """Prior of proportions x / n by the method of moments (Kleinman 1973, weights n).

    With p = sum x / sum n and S = sum n (x/n - p)^2, S has the mean
    p q ((k - 1) (1 - rho) + rho (N - sum n^2 / N)), N = sum n, k cells; rho follows, and the
    weight a + b is 1 / rho - 1: infinite where rho <= 0 (chance alone), 0 where rho >= 1.
    """
    x, n = _known(counted, trials)
    if not len(x):
        return Prior(float("nan"), float("inf"))
    total = float(n.sum())
    mean = float(x.sum() / total)
    spread = mean * (1 - mean)
    cells = len(x) - 1
    room = total - float((n**2).sum()) / total - cells
    if spread <= 0 or room <= 0:
        return Prior(mean, float("inf"))
    seen = float((n * (x / n - mean) ** 2).sum())
    rho = (seen / spread - cells) / room
    return Prior(mean, _weight(1 - rho, rho))


def _weight(numerator: float, variance: float) -> float:
    # below the rounding of the sums a variance is none
    return max(numerator, 0.0) / variance if variance > 1e-12 else float("inf")


def _known(counted: np.ndarray, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    counted, size = np.asarray(counted, dtype=float), np.asarray(size, dtype=float)
    usable = np.isfinite(counted) & np.isfinite(size) & (size > 0)
    return counted[usable], size[usable]


def shrunk(rows: pd.DataFrame, kind: str) -> pd.Series:
    """Shrunken values of a metric's rows, within each scope; index as given.

    rows: scope_code, numerator, denominator, as metrics put them out. kind: 'share' (numerator out
    of denominator) or 'rate' (numerator for each denominator). NaN where there is nothing to go by.
    """
    prior_of = {"share": beta_prior, "rate": gamma_prior}[kind]
    values = pd.Series(np.nan, index=rows.index, dtype=float)
    for _, cells in rows.groupby("scope_code", sort=False):
        counted = cells["numerator"].to_numpy(dtype=float, na_value=np.nan)
        size = cells["denominator"].to_numpy(dtype=float, na_value=np.nan)
        values.loc[cells.index] = prior_of(counted, size).shrink(counted, size)
    return values


def poisson_interval(counted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of the mean of which these counts were seen (Byar's approximation)."""
    count = np.asarray(counted, dtype=float)
    z, above = 1.959964, count + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * np.sqrt(above))) ** 3
    some = np.maximum(count, 1)
    low = some * (1 - 1 / (9 * some) - z / (3 * np.sqrt(some))) ** 3
    return np.where(count > 0, low, 0.0), high


def wilson_interval(some: int, cases: int) -> tuple[float, float]:
    """95 % interval of a share of so many cases, as the macros wilson_low and wilson_high."""
    reach = 1.959964 * math.sqrt(some * (cases - some) / cases + 0.9603647)
    low, high = ((some + 1.9207294 + end) / (cases + 3.8414589) for end in (-reach, reach))
    return max(0.0, min(some / cases, low)), min(1.0, max(some / cases, high))
