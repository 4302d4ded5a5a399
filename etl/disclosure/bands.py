"""How far a withheld sum is told all the same: a band of a fixed grid, where that is safe."""

import numpy as np
import pandas as pd

from etl.disclosure.partition import UNPLACED, Division
from etl.disclosure.rules import TINY, Rules, named

STEPS = (0, 5, 10, 20, 50)  # then times ten, and so on


def band(value: float, share: float, unit: float) -> tuple[float, float]:
    """The shortest run of steps of the grid that holds the value and `share` of it either way."""
    low, high = (1 - share) * value / unit, (1 + share) * value / unit
    steps = list(STEPS)
    while steps[-1] < high:
        steps += [10 * step for step in steps[-3:]]
    below = max(step for step in steps if step <= low + TINY)
    above = min(step for step in steps if step >= high - TINY)
    return below * unit, above * unit


def of_regions(rules: Rules, division: Division) -> dict[str, tuple[float, float]]:
    """The bands of the regions taken together, by region: those that an edition told of them, else
    those that leave every firm as uncertain as the rule asks, for an outsider, for each firm that
    knows itself, and each organisation.

    The reader is taken to know the base of a ratio.
    """
    others = division.others
    if others is None or division.is_bandless:
        return {}
    if others.banded is None:
        return _safe(rules, division, others.rows, knows_sum=True)
    every = _System(rules, division, others.rows, knows_sum=True).bands() if others.banded else {}
    return {code: ends for code, ends in every.items() if code in others.banded}


def hold(
    rules: Rules, division: Division, rows: pd.DataFrame, told: dict[str, tuple[float, float]]
) -> bool:
    """Whether the bands told of these regions, and their sum, leave every firm uncertain enough."""
    return _System(rules, division, rows, knows_sum=True).given_away(told) is None


def of_country(
    rules: Rules, division: Division, rows: pd.DataFrame, *, is_told: bool = False
) -> tuple[float, float] | None:
    """The band of the country, of these rows, where nothing else is told of it: one that is safe,
    or that an edition told."""
    whole = rows.assign(region_code="FR")
    if is_told:
        return _System(rules, division, whole, knows_sum=False).bands().get("FR")
    return _safe(rules, division, whole, knows_sum=False).get("FR")


def _safe(
    rules: Rules, division: Division, rows: pd.DataFrame, *, knows_sum: bool
) -> dict[str, tuple[float, float]]:
    if rows.empty or (rows["value"] < 0).any():
        return {}
    system = _System(rules, division, rows, knows_sum=knows_sum)
    found = system.bands()
    # '' is a place, too: firms without one
    while found and (worst := system.given_away(found)) is not None:
        found.pop(worst if worst in found else min(found, key=lambda code: found[code][1]))
    return found


class _System:
    """Regions, whether their sum is known, and who stands in them with how much."""

    def __init__(
        self, rules: Rules, division: Division, rows: pd.DataFrame, *, knows_sum: bool
    ) -> None:
        self.rules, self.knows_sum = rules, knows_sum
        decimals, is_ratio = division.table.decimals, bool(rows["base"].notna().any())
        grid = float(division.table.header.get("grid", 1))
        self.unit = 10.0**-decimals if is_ratio and decimals else grid
        self.later = division.measure in division.table.names("known_later")
        owned = rows.groupby(["region_code", "owner"], as_index=False).agg(
            value=("value", "sum"), agreed=("agreed", "first"),
            knowers=("knowers", _all_named),
        )  # fmt: skip
        self.codes = sorted(owned["region_code"].unique())
        at = {code: number for number, code in enumerate(self.codes)}
        self.region = owned["region_code"].map(at).to_numpy()
        self.owner, self.value = owned["owner"].to_numpy(), owned["value"].to_numpy()
        self.agreed, self.knowers = owned["agreed"].to_numpy(), owned["knowers"].tolist()
        self.sums = np.bincount(self.region, weights=self.value, minlength=len(self.codes))
        whole = rows.groupby("region_code")["base"].agg(lambda bases: bases.sum() or 1.0)
        self.bases = whole.reindex(self.codes).to_numpy()

    def _readers(self) -> list[np.ndarray]:
        """Which figures each reader knows beside what is told."""
        names = sorted({name for known in self.knowers for name in known})
        alone = [
            self.agreed,
            *(self.agreed | (self.owner == owner) for owner in np.unique(self.owner)),
        ]
        mine = [np.array([name in known for known in self.knowers], dtype=bool) for name in names]
        more = alone if self.later else alone[:1]
        return [*alone, *(known | own for own in mine for known in more)]

    def bands(self) -> dict[str, tuple[float, float]]:
        """The band of each region."""
        return {
            code: band(value / base, self.rules.interval_share, self.unit)
            for code, value, base in zip(self.codes, self.sums, self.bases, strict=True)
            if code != UNPLACED and value > 0
        }

    def given_away(self, bands: dict[str, tuple[float, float]]) -> str | None:
        """A region in which these bands leave some reader too sure of a firm."""
        for known in self._readers():
            low, high = self._ends(bands, known)
            for number, code in enumerate(self.codes):
                hidden = (self.region == number) & ~known
                if not hidden.any():
                    continue
                value = self.value[hidden]
                lowest = low[number] if hidden.sum() == 1 else 0.0
                share = self.rules.interval_share
                if (lowest > (1 - share) * value + TINY).any():
                    return code
                if (high[number] < (1 + share) * value - TINY).any():
                    return code
        return None

    def _ends(
        self, bands: dict[str, tuple[float, float]], known: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Between what each region's unknown part lies: by its band and by the sum of all."""
        count = len(self.codes)
        knows = np.bincount(self.region[known], weights=self.value[known], minlength=count)
        left = self.sums - knows
        is_open = np.bincount(self.region[~known], minlength=count) > 0
        told = [bands.get(code, (0.0, np.inf)) for code in self.codes]
        least, most = (np.array([ends[at] for ends in told]) * self.bases for at in (0, 1))
        low = np.where(is_open, np.maximum(least - knows, 0.0), 0.0)
        high = np.where(is_open, most - knows, 0.0)
        whole = left.sum()
        if not self.knows_sum:
            return low, high
        ends = np.minimum(high, whole)
        return (
            np.maximum(low, whole - (ends.sum() - ends)),
            np.minimum(high, whole - (low.sum() - low)),
        )


def _all_named(knowers: pd.Series) -> frozenset[str]:
    return frozenset(name for names in knowers for name in named(names))
