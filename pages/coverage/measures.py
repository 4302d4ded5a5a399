"""What the page can measure: how each measure is read, classed, written, and which end is bad."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from pages.shared import i18n, map

FEW = 10  # a rate over fewer cases than this is not told: its interval would span half the scale
PEOPLE = 1000  # accessibility is a tiny number for each person


@dataclass(frozen=True)
class Measure:
    """One metric as this page shows it.

    breaks: of the value, or of the value ``per`` this many inhabitants, which is what a map of
    areas colours (a count would only redraw the map of the population); ``monthly`` divides by the
    months first. commune_breaks: of the value itself, for points. is_pooled: over several domains
    it is the sum of numerators over the sum of denominators. absent: what a territory without a row
    has. shrinks: how few cases are drawn towards the mean on maps and in rankings (see
    etl.inference): a 'share' of cases, a 'rate' of a count, None for what is no such thing.
    """

    name: str
    unit: Literal["share", "count", "ratio", "hours", "index", "euros", "capacity", "state"]
    breaks: tuple[float, ...]
    is_low_bad: bool
    commune_breaks: tuple[float, ...] = ()
    per: float | None = None
    monthly: bool = False
    is_pooled: bool = False
    has_zero: bool = True
    absent: float = float("nan")
    is_sampled: bool = False  # a rate over cases: few of them tell nothing
    has_communes: bool = True
    uses_k: bool = False
    uses_days: bool = False
    uses_period: bool = True
    shrinks: Literal["share", "rate"] | None = None

    @property
    def sources(self) -> tuple[str, ...]:
        """What must have been loaded, so that nothing found means that there is nothing."""
        of_supply = self.name in _OF_SUPPLY
        of_both = self.name in ("coverage_demand", "deserts", "gap", "market_state", "pressure")
        return ("providers",) * (of_supply or of_both) + ("requests",) * (not of_supply)

    def text(self, value: Any, lang: str | None = None) -> str:
        """A value as the reader sees it, in ``lang`` where it is known; "–" when missing."""
        if i18n.is_none(value):
            return i18n.gettext("not reached") if self.unit == "hours" else i18n.NONE
        if self.unit == "share":
            return share(value, lang or i18n.language())
        if self.unit == "hours":
            return i18n.hours(value)
        if self.unit == "euros":
            return i18n.gettext("€{amount}").format(amount=i18n.number(value, 2, lang))
        if self.unit == "capacity":
            return i18n.number(value * PEOPLE, 2, lang)
        if self.unit == "index":
            return i18n.number(value, 0, lang)
        return i18n.number(value, 0 if value == int(value) else 1, lang)

    def classes(self, k: int, *, communes: bool, is_reach: bool) -> map.Classes:
        """The fixed classes of the map; ``is_reach``: of the number of providers, around k."""
        tone: map.Tone = "good" if self.is_low_bad else "bad"
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
        if self.unit == "hours":
            return (
                i18n.hours(bound)
                if bound < 48
                else i18n.ngettext("{n} day", "{n} days", bound / 24).format(
                    n=i18n.number(bound / 24)
                )
            )
        if self.unit in ("euros", "capacity"):
            return self.text(bound)
        return i18n.number(bound, 0 if bound == int(bound) else 1 if bound >= 0.1 else 2)

    def unit_text(self) -> str:
        """The unit of the value, in words."""
        _ = i18n.gettext
        if self.name == "deserts":
            return _("communes")
        return {
            "share": _("%"),
            "count": _("number"),
            "ratio": _("a month, per provider") if self.name == "pressure" else _("a month"),
            "hours": _("hours or days"),
            "index": _("0 to 10,000"),
            "euros": _("€ an hour"),
            "capacity": _("a month, per 1,000 people"),
            "state": _("in words"),
        }[self.unit]


@dataclass(frozen=True)
class States(map.Classes):
    """States of a market as classes: words in the legend, one colour each."""

    def labels(self) -> list[str]:
        """The states in words, in the order of STATES."""
        return [state_text(state) for state in STATES]

    def colours(self, dark: bool) -> list[str]:
        """A colour of its own for each state: they are kinds, not steps."""
        return ["#C4573A", "#E0A030", "#3B78B8", "#8E979C", "#17897A"]


# What is worst for a customer first; what is not known has no class, like a missing value.
STATES = ("short_of_supply", "unmatched", "short_of_demand", "dormant", "healthy")


def state_text(state: Any, *, is_brief: bool = False) -> str:
    """A state of the market in words; a word or two where ``is_brief``."""
    _ = i18n.gettext
    long = {
        "short_of_supply": _("short of providers"),
        "unmatched": _("enough of both, badly matched"),
        "short_of_demand": _("short of requests"),
        "dormant": _("dormant: too few providers, no requests"),
        "healthy": _("healthy"),
        "unknown": _("outcomes unknown"),
    }
    brief = {
        "short_of_supply": _("providers"),
        "unmatched": _("matching"),
        "short_of_demand": _("requests"),
        "dormant": _("dormant"),
        "unknown": _("unknown"),
    }
    return (brief.get(state) if is_brief else None) or long.get(state) or i18n.NONE


_OF_SUPPLY = (
    "coverage_population", "coverage_cells", "active_providers", "accessibility", "price",
    "quality_score", "utilisation",
)  # fmt: skip
_COVERED = (0.1, 0.5, 0.9)  # hardly anybody, a minority, most, nearly all
MEASURES = {
    measure.name: measure
    for measure in (
        Measure(
            "coverage_population",
            "share",
            _COVERED,
            is_low_bad=True,
            is_pooled=True,
            uses_k=True,
            uses_period=False,
        ),
        Measure(
            "coverage_cells",
            "share",
            _COVERED,
            is_low_bad=True,
            is_pooled=True,
            uses_k=True,
            uses_period=False,
        ),
        Measure(
            "coverage_demand",
            "share",
            _COVERED,
            is_low_bad=True,
            is_pooled=True,
            is_sampled=True,
            uses_k=True,
            shrinks="share",
        ),
        Measure(
            "active_providers",
            "count",
            (0.2, 1.0, 5.0),
            is_low_bad=True,
            commune_breaks=(3, 10, 30),
            per=10_000,
            absent=0.0,
            uses_period=False,
        ),
        Measure(
            "requests",
            "count",
            (0.2, 1.0, 5.0),
            is_low_bad=False,
            commune_breaks=(5, 20, 100),
            per=10_000,
            monthly=True,
            absent=0.0,
        ),
        Measure(
            "fill_rate",
            "share",
            (0.25, 0.5, 0.75),
            is_low_bad=True,
            is_sampled=True,
            uses_days=True,
            shrinks="share",
        ),
        Measure(
            "unmet_demand",
            "share",
            (0.25, 0.5, 0.75),
            is_low_bad=False,
            is_sampled=True,
            uses_days=True,
            shrinks="share",
        ),
        Measure(
            "zero_response",
            "share",
            (0.1, 0.25, 0.5),
            is_low_bad=False,
            is_sampled=True,
            uses_days=True,
            shrinks="share",
        ),
        Measure(
            "pressure",
            "ratio",
            (0.5, 1.0, 2.0, 4.0),
            is_low_bad=False,
            has_zero=False,
            has_communes=False,
            shrinks="rate",
        ),
        Measure(
            "first_response",
            "hours",
            (6, 24, 72, 168),
            is_low_bad=False,
            has_zero=False,
            is_sampled=True,
            has_communes=False,
        ),
        Measure(
            "gap",
            "ratio",
            (0.05, 0.5, 5.0),
            is_low_bad=False,
            commune_breaks=(1, 5, 20),
            per=100_000,
            absent=0.0,
            uses_k=True,
        ),
        Measure(
            "results_at_least_k",
            "share",
            (0.1, 0.25, 0.5),
            is_low_bad=True,
            is_sampled=True,
            has_communes=False,
            uses_k=True,
            uses_days=True,
            shrinks="share",
        ),
        Measure(
            "market_state", "state", (2, 3, 4, 5), is_low_bad=True, uses_k=True, uses_days=True
        ),
        Measure(
            "accessibility",
            "capacity",
            (0.0001, 0.0005, 0.002),
            is_low_bad=True,
            uses_period=False,
        ),
        Measure("deserts", "count", (0.1, 0.25, 0.5), is_low_bad=False, has_communes=False),
        Measure(
            "utilisation",
            "share",
            (0.25, 0.5, 0.75),
            is_low_bad=True,
            is_sampled=True,
            has_communes=False,
            shrinks="share",
        ),
        Measure(
            "concentration",
            "index",
            (100, 500, 1500, 2500),
            is_low_bad=False,
            has_zero=False,
            is_sampled=True,
            has_communes=False,
        ),
        Measure(
            "direct_hire_share",
            "share",
            (0.1, 0.25, 0.5),
            is_low_bad=True,
            is_sampled=True,
            has_communes=False,
            shrinks="share",
        ),
        Measure(
            "provider_share",
            "share",
            (0.7, 0.8, 0.85, 0.9),
            is_low_bad=True,
            has_zero=False,
            is_sampled=True,
            has_communes=False,
        ),
        Measure(
            "price",
            "euros",
            (15, 20, 25, 30),
            is_low_bad=False,
            has_zero=False,
            is_sampled=True,
            has_communes=False,
            uses_period=False,
        ),
        Measure(
            "quality_score",
            "share",
            (0.6, 0.7, 0.8, 0.9),
            is_low_bad=True,
            has_zero=False,
            is_sampled=True,
            has_communes=False,
            uses_period=False,
        ),
    )
}


@lru_cache(maxsize=8192)  # the same cells come again at every click
def share(value: float, lang: str) -> str:
    """A share in per cent that never rounds something to nothing, nor nearly all to all."""
    if 0 < value < 0.001:
        return f"< {i18n.percent(0.001, 1, lang)}"
    if 0.999 < value < 1:
        return f"> {i18n.percent(0.999, 1, lang)}"
    return i18n.percent(value, 1 if 0 < value < 0.1 or 0.9 < value < 1 else 0, lang)


@lru_cache(maxsize=8192)
def whole_percent(value: float, lang: str) -> str:
    """A share in whole per cent."""
    return i18n.percent(value, 0, lang)


@lru_cache(maxsize=8192)
def whole_number(value: float, lang: str) -> str:
    """A number without decimals."""
    return i18n.number(value, 0, lang)
