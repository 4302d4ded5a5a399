"""What the page can measure: how each measure is read, classed, written, and which end is bad."""

import math
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from etl.insight import registry
from etl.insight.registry import Metric
from etl.insight.small_samples import FEW
from pages.shared import i18n, map, theme
from pages.shared.places import SEVERAL

_ = i18n.gettext

TITLES = {"hours": "time"}  # what stands over values that are texts


@dataclass(frozen=True, kw_only=True)
class Measure(Metric):
    """One metric as this page shows it: what its file says of it, and how a map colours it.

    breaks: of the value, or of the value ``per`` this many inhabitants, which is what a map of
    areas colours (a count would only redraw the map of the population). commune_breaks: of the
    value itself, for points. absent: what a territory without a row has. shrinks: how few cases
    are drawn towards the mean on maps and in rankings (see etl.insight.small_samples): a 'share'
    of cases, a 'rate' of a count, None for what is no such thing.
    """

    breaks: tuple[float, ...]
    commune_breaks: tuple[float, ...] = ()
    per: float | None = None
    has_zero: bool = True
    absent: float = float("nan")
    shrinks: Literal["share", "rate"] | None = None

    @property
    def is_low_bad(self) -> bool:
        """Whether the lowest come first in rankings; where neither end is good the highest do."""
        return self.direction == "high"

    @property
    def has_communes(self) -> bool:
        """Whether it is told commune by commune."""
        return "commune" in self.levels

    @property
    def is_apart(self) -> bool:
        """Whether it is told of each of several territories, not of all of them as one: a median
        of prices does not add up, nor does a state."""
        return self.name in ("price", "market_state")

    def is_told(self, level: str) -> bool:
        """Whether it is taken of areas of this level."""
        if level == SEVERAL:
            return not self.is_apart
        return level != "commune" or self.has_communes

    @property
    def uses_k(self) -> bool:
        """Whether it asks how many providers a place needs."""
        return "k" in self.parameters

    @property
    def uses_days(self) -> bool:
        """Whether it asks within how many days."""
        return "days" in self.parameters

    @property
    def uses_period(self) -> bool:
        """Whether it is of the months asked for, not of today."""
        return "to" in self.parameters

    @property
    def monthly(self) -> bool:
        """Whether a map divides it by the months first."""
        return self.unit == "count" and self.uses_period

    def text(self, value: Any, lang: str | None = None) -> str:
        """A value as the reader sees it, in ``lang`` where it is known; "–" when missing."""
        return i18n.words(lang).measure(value, self.unit)

    def text_of(self, row: Any, lang: str | None = None) -> str:
        """The value of a row as the reader sees it: a time may be not reached, or not known for
        those left out."""
        value = row["value"]
        if self.unit != "hours" or not pd.isna(value) or i18n.is_none(row["n"]) or not row["n"]:
            return self.text(value, lang)
        return i18n.words(lang).unreached(row["waiting"] > row.get("share_waiting", 0.5))

    def classes(self, k: int, *, communes: bool, is_reach: bool) -> map.Classes:
        """The fixed classes of the map; ``is_reach``: of the number of providers, around k."""
        # warm colours warn: they are for what had better be low
        tone: map.Tone = "bad" if self.direction == "low" else "good"
        if self.unit == "state":
            return States((2, 3, 4, 5), str, tone, has_zero=False)
        if is_reach:
            return map.Classes((k, 2 * k), i18n.number, tone)
        if communes and self.commune_breaks:
            return map.Classes(self.commune_breaks, i18n.number, tone, self.has_zero)
        few = FEW if self.is_sampled else 0
        return map.Classes(self.breaks, self._bound, tone, self.has_zero, few)

    def _bound(self, bound: float) -> str:
        if self.unit == "share" or self.name == "deserts":
            return i18n.percent(bound)
        if self.unit in ("hours", "eur_per_hour", "per_month_per_person"):
            return self.text(bound)
        return i18n.words().trimmed(bound, 1 if bound >= 0.1 else 2)

    def unit_text(self) -> str:
        """The unit of the value, in words."""
        if self.name == "deserts":
            return _("communes")
        if self.name == "pressure":
            return _("a month, per provider")
        return i18n.name("unit", TITLES.get(self.unit, self.unit))


@dataclass(frozen=True)
class States(map.Classes):
    """States of a market as classes: words in the legend, one colour each."""

    def labels(self) -> list[str]:
        """The states in words, in the order of STATES."""
        return [i18n.name("state", state) for state in STATES]

    def colours(self, dark: bool) -> list[str]:
        """A colour of its own for each state: they are kinds, not steps."""
        return [theme.CATEGORIES[number] for number in (4, 2, 1, 6, 0)]


# What is worst for a customer first; what is not known has no class, like a missing value.
STATES = ("short_of_supply", "unmatched", "short_of_demand", "dormant", "healthy")


# How a map colours a value of a unit, where its metric has no look of its own.
_UNITS: dict[str, dict[str, Any]] = {
    "share": {"breaks": (0.25, 0.5, 0.75)},
    "count": {
        "breaks": (0.2, 1.0, 5.0), "commune_breaks": (5, 20, 100), "per": 10_000, "absent": 0.0,
    },
    "ratio": {"breaks": (0.5, 1.0, 2.0, 4.0), "has_zero": False},
    "per_month": {
        "breaks": (0.05, 0.5, 5.0), "commune_breaks": (1, 5, 20), "per": 100_000, "absent": 0.0,
    },
    "per_month_per_person": {"breaks": (0.0001, 0.0005, 0.002)},
    "hours": {"breaks": (6, 24, 72, 168), "has_zero": False},
    "days": {"breaks": (7, 30, 90, 365), "has_zero": False},
    "index": {"breaks": (100, 500, 1500, 2500), "has_zero": False},
    "eur_per_hour": {"breaks": (15, 20, 25, 30), "has_zero": False},
    "state": {"breaks": (2, 3, 4, 5)},
}  # fmt: skip
_COVERED = {"breaks": (0.1, 0.5, 0.9)}  # hardly anybody, a minority, most, nearly all
_RARE = {"breaks": (0.1, 0.25, 0.5)}
# Looks of their own, in the order of the page; a metric that is not here comes after them.
_LOOKS: dict[str, dict[str, Any]] = {
    "coverage_population": _COVERED, "coverage_cells": _COVERED, "coverage_demand": _COVERED,
    "active_providers": {"commune_breaks": (3, 10, 30)}, "accessibility": {},
    "deserts": _RARE | {"commune_breaks": (), "per": None, "absent": math.nan},
    "quality_score": {"breaks": (0.6, 0.7, 0.8, 0.9), "has_zero": False, "shrinks": None},
    "price": {}, "requests": {}, "fill_rate": {}, "unmet_demand": {}, "zero_response": _RARE,
    "results_at_least_k": _RARE, "first_response": {}, "direct_hire_share": _RARE,
    "market_state": {}, "gap": {}, "pressure": {"shrinks": "rate"}, "utilisation": {},
    "concentration": {},
    "provider_share": {"breaks": (0.7, 0.8, 0.85, 0.9), "has_zero": False, "shrinks": None},
}  # fmt: skip


def _measure(metric: Metric) -> Measure:
    of_cases = {"shrinks": "share"} if metric.unit == "share" and metric.is_sampled else {}
    look = _UNITS.get(metric.unit, _UNITS["ratio"]) | of_cases | _LOOKS.get(metric.name, {})
    return Measure(**vars(metric), **look)


_KNOWN = {n: m for n, m in registry.metrics().items() if m.topic in registry.MARKET}
MEASURES = {name: _measure(_KNOWN[name]) for name in dict.fromkeys([*_LOOKS, *_KNOWN])}
