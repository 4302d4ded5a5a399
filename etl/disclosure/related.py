"""What published sums tell of each other: stock and flow, and figures that stand in two tables.

A relation says what holds for each contributor. Of the sums of two tables the difference is known,
too: it tells of those contributors who stand in one of them only, or with another state of their
figure. These must obey the rule as a cell does, in every window of years.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from etl.disclosure.partition import Division, Told
from etl.disclosure.published_tables import Relation
from etl.disclosure.rules import Rules, rounded_by

WINDOW = 4  # years; what is left of a longer one is left of shorter ones, too


class _Left(NamedTuple):
    """What is left of contributors, term by term: number, value, whether it agreed, and whether the
    term is of the relation's own side."""

    owner: np.ndarray
    value: np.ndarray
    agreed: np.ndarray
    is_own: np.ndarray

    @classmethod
    def of(cls, rows: pd.DataFrame, sign: int, *, is_own: bool) -> "_Left":
        value = sign * rows["value"].to_numpy()
        own = np.full(len(rows), is_own)
        return cls(rows["owner"].to_numpy(), value, rows["agreed"].to_numpy(dtype=bool), own)

    @classmethod
    def together(cls, parts: list["_Left"]) -> "_Left":
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))

    def sums(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Contributors, what is left of each, and at which of them each term stands."""
        owners, at = np.unique(self.owner, return_inverse=True)
        return owners, np.bincount(at, weights=self.value, minlength=len(owners)), at

    def obeys(self, rules: Rules, room: float) -> bool:
        """Whether those for whom something is left obey the rule, or have room for it. Of whom the
        difference of two years is left, no figure is told; where that is so of all, nothing is."""
        owners, sums, at = self.sums()
        has = {
            name: np.bincount(at, weights=which, minlength=len(owners)) > 0
            for name, which in (
                ("own", self.is_own), ("below", self.value < 0), ("above", self.value > 0),
                ("agreed", self.agreed),
            )
        }  # fmt: skip
        is_left = np.abs(sums) > 1e-9
        between = ~has["own"] & has["below"] & has["above"]
        if between[is_left].all():
            return True
        hidden = np.abs(sums[is_left & ~has["agreed"]])
        has_room = room > rules.interval_share * hidden.max(initial=0.0)
        return has_room or not len(hidden) or rules.leaves(hidden)


@dataclass(frozen=True)
class _Reader:
    """What is known of one relation, for some regions (('FR',) for the country)."""

    rules: Rules
    relation: Relation
    told: Told
    regions: tuple[str, ...]

    def left(self, period: str) -> _Left | None:
        """What a year's sums leave of each contributor. None where nothing of one side is told. A
        term of the own side that is withheld is left as it is; of a ratio, whose part above is the
        sum of years, so is a year."""
        own = [(term, self._own(term.measure, period)) for term in self.relation.own]
        stated = [(term, rows) for term, rows in own if rows is not None]
        if not stated:
            return None
        parts = [_Left.of(rows, -term.sign, is_own=True) for term, rows in stated]
        covered = {code for _, rows in stated for code in rows["region_code"].unique()}
        for term in self.relation.other:
            rows = self._covering(term.measure, str(int(period) + term.lag), covered)
            if rows is not None:
                parts.append(_Left.of(rows, term.sign, is_own=False))
            elif stated[0][1]["base"].isna().all():
                return None
        return _Left.together(parts)

    def _room(self, period: str) -> float:
        """By how much a ratio as it is told leaves its part above uncertain, if the other is known:
        as organisations know the planned jobs of their projects."""
        first = self.relation.own[0].measure
        rows, division = self._own(first, period), self.told.get((first, period))
        if rows is None or division is None or rows["base"].isna().all():
            return 0.0
        base, unit = float(rows["base"].sum()), division.table.unit(first) or 0.0
        return base * min(rounded_by(float(rows["value"].sum()) / base, unit)) if base else 0.0

    def _own(self, measure: str, period: str) -> pd.DataFrame | None:
        """The rows of the group that is these regions."""
        division = self.told.get((measure, period))
        if division is None or not division.groups:
            return None
        if self.regions == ("FR",):
            return division.rows
        return next((one.rows for one in division.groups if one.regions == self.regions), None)

    def _covering(self, measure: str, period: str, regions: set[str]) -> pd.DataFrame | None:
        """The rows of the groups that touch these regions."""
        division = self.told.get((measure, period))
        if division is None or not division.groups:
            return None
        touched = [
            one.rows
            for one in division.groups
            if one.regions == ("FR",) or regions & set(one.regions)
        ]
        return pd.concat(touched) if touched else division.rows.iloc[:0]

    def unsafe(self, period: str) -> _Left | None:
        """What is left in a window of years up to this one that tells of somebody."""
        total: list[_Left] = []
        for back in range(WINDOW):
            left = self.left(str(int(period) - back))
            if left is None:
                return None
            total.append(left)
            whole = _Left.together(total)
            if not whole.obeys(self.rules, self._room(period)):
                return whole
        return None


def protect(
    rules: Rules, relations: list[Relation], divisions: list[Division], before: Told, edition: str
) -> bool:
    """Takes away what a relation would tell of; whether there was anything.

    What this edition tells for the first time is withheld for the year, first the measure that the
    relation names first. Where an earlier edition told it, it stands, and the other table keeps
    those years as they were (before).
    """
    told = {(one.measure, one.period): one for one in divisions}
    periods = sorted({period for _, period in told})
    lost = False
    while any(
        _protect(rules, relation, period, told, before, edition)
        for relation in relations
        for period in periods
    ):
        lost = True
    return lost


def _protect(
    rules: Rules, relation: Relation, period: str, told: Told, before: Told, edition: str
) -> bool:
    """Whether something was taken away for what this year's sums would tell."""
    own = [told.get((term.measure, period)) for term in relation.own]
    known = [one for one in own if one is not None and one.groups]
    for regions in sorted({("FR",), *(g.regions for one in known for g in one.groups)}):
        left = _Reader(rules, relation, told, regions).unsafe(period) if known else None
        if left is None:
            continue
        first = known[0]
        years = [(term.measure, str(int(period) + term.lag)) for term in relation.other]
        moved = [
            told[key] for key in years if key in before and told[key].is_moved(before[key], edition)
        ]
        if (first.measure, period) in before and moved:
            for other in moved:
                other.groups = list(before[other.measure, other.period].groups)
        else:
            mass = first.rows["value"].abs().sum()
            first.is_related = bool(np.abs(left.sums()[1]).sum() > mass)
            first.groups = []
        return True
    return False
