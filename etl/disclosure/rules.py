"""When a sum of firms' figures may be told, and how uncertain each of them must stay."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.settings import Settings

TINY = 1e-6


@dataclass(frozen=True)
class Rules:
    """The limits of etl/settings.toml that disclosure control goes by."""

    firms: int
    interval_share: float

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        return cls(settings.contributing_firms, settings.interval_share)

    def holds(
        self,
        rows: pd.DataFrame,
        column: str = "value",
        *,
        counted: bool = False,
        later: bool = False,
    ) -> bool:
        """Whether the sum of a column over these contributions may be told (the p% rule).

        rows: owner (number of a contributor), agreed, knowers (lists of organisations), the column.
        Who agreed needs no protection, and is taken to be known. Of the others there are enough,
        and for whoever knows one of them, or what one organisation knows, enough is left of the
        rest for the largest figure to stay uncertain by interval_share. counted: figures are 0 or
        1, whose number is all that matters. later: an organisation may come to know one more.
        """
        asked = rows[~rows["agreed"].to_numpy()]
        if asked.empty:
            return True
        sums = _sums(asked, column)
        if counted:
            return len(sums) >= self.firms
        if not self.leaves(sums):
            return False
        knowers = "base_knowers" if column == "base" else "knowers"
        if knowers not in asked or asked[knowers].isna().all():
            return True
        names = {name for names in asked[knowers] for name in named(names)}
        return all(self._left(asked, column, knowers, name, later) for name in names)

    def leaves(self, sums: np.ndarray) -> bool:
        """Whether one figure each of so many firms are enough, and leave the largest uncertain to
        whoever knows the next one."""
        if len(sums) < self.firms:
            return False
        first, second = np.sort(sums)[[-1, -2]]
        return bool(sums.sum() - first - second >= self.interval_share * first - TINY)

    def _left(self, rows: pd.DataFrame, column: str, knowers: str, name: str, later: bool) -> bool:
        """Whether enough is left of what an organisation does not know; later: nor one more."""
        hidden = rows[[name not in named(names) for names in rows[knowers]]]
        if hidden.empty:
            return True
        sums = np.sort(_sums(hidden, column))
        more = sums[-2:-1].sum() if later else 0.0
        is_few = later and len(sums) < self.firms
        return not is_few and bool(sums[:-1].sum() - more >= self.interval_share * sums[-1] - TINY)


def _sums(rows: pd.DataFrame, column: str) -> np.ndarray:
    """The figure of each owner, whose parts add up: what only has another name is no change."""
    numbers, at = np.unique(rows["owner"].to_numpy(), return_inverse=True)
    return np.abs(np.bincount(at, weights=rows[column].to_numpy(), minlength=len(numbers)))


def rounded(value: float, unit: float) -> float:
    """To two digits, and no finer than the unit."""
    return float(np.round(value / _step(value, unit)) * _step(value, unit))


def rounded_by(value: float, unit: float) -> tuple[float, float]:
    """How much less and more a figure may be as it is told: 0 stands, and what would read 0 is a
    band."""
    if not value or not unit:
        return 0.0, 0.0
    told, half = rounded(value, unit), _step(value, unit) / 2
    return (value - told + half, told + half - value) if told else (value, unit - value)


def _step(value: float, unit: float) -> float:
    return max(unit, 10.0 ** (np.floor(np.log10(abs(value))) - 1)) if value else unit


def named(names: object) -> list[str]:
    """The organisations of a row; none where it has none."""
    return [str(name) for name in names] if isinstance(names, (list, np.ndarray)) else []
