"""The figures of one cell (domain by territory): every metric, its months, and a comparison."""

from dataclasses import dataclass, replace
from functools import lru_cache
from math import hypot
from typing import Any, Literal

import pandas as pd

from pages.coverage import cells
from pages.coverage.cells import Question
from pages.coverage.measures import MEASURES, Measure
from pages.shared import i18n, query
from pages.shared.filters import Territory

Verdict = Literal["higher", "lower", "same", "unclear", "few", "no interval", "unknown"]


@dataclass(frozen=True)
class Difference:
    """One figure against another: ``value`` is the first less the second, None where not told;
    low and high are its 95 % bounds, where both have an interval."""

    verdict: Verdict
    value: float | None = None
    low: float | None = None
    high: float | None = None


def told(place: Territory) -> list[Measure]:
    """The measures that exist at the level of the place."""
    return [m for m in MEASURES.values() if place.level != "commune" or m.has_communes]


def figures(asked: Question, place: Territory, *, is_past: bool = False) -> pd.DataFrame:
    """One row per metric, indexed by its name: value, low, high, n, is_few, state, largest_share.

    ``is_past``: the period is not the present one; what is only known today is left empty.
    """
    return _figures(str(query.build().path), asked, place, is_past)


# Twenty metrics that nobody changes while a build is served: a click elsewhere need not ask again.
@lru_cache(maxsize=64)
def _figures(path: str, asked: Question, place: Territory, is_past: bool) -> pd.DataFrame:
    found = {
        measure.name: _figure(replace(asked, measure=measure), place)
        for measure in told(place)
        if not is_past or measure.uses_period
    }
    columns = ["value", "low", "high", "n", "is_few", "state", "largest_share"]
    frame = pd.DataFrame.from_dict(found, orient="index").reindex(columns=columns)
    frame = frame.reindex([measure.name for measure in told(place)])
    return frame.assign(is_few=frame["is_few"].eq(True))


def _figure(asked: Question, place: Territory) -> dict[str, Any]:
    if not asked.measure.is_pooled:  # its domains are not needed
        asked = replace(asked, domains=())
    frame = cells.read(asked, place.level, place)
    if frame.empty:
        return {}
    return {str(column): v for column, v in cells.one(frame, asked, place.code).items()}


def months(asked: Question, place: Territory) -> pd.DataFrame:
    """month, is_loaded, requests, known, filled, fill_rate, low, high, providers; and the same
    columns with ``_earlier`` for the month a year before."""
    now, before = (
        query.page_sql(
            __file__,
            "trend",
            **{
                **asked.params(place.level, place),
                "scope": asked.scope,
                "from": period.from_month,
                "to": period.to_month,
            },
        )
        for period in (asked.period, asked.period.year_earlier())
    )
    return now.join(before.drop(columns="month").add_suffix("_earlier"))


def nearest(asked: Question, place: Territory) -> pd.DataFrame:
    """name, commune_name, distance_km, reach_km of the nearest providers outside a commune."""
    return query.page_sql(__file__, "nearest_providers", code=place.code, scope=asked.scope)


def difference(one: Any, other: Any, measure: Measure) -> Difference:
    """What can be said of one figure against another, both rows of :func:`figures`.

    Two shares with Wilson intervals are compared by Newcombe's interval of the difference (1998,
    method 10): only one without 0 is called a difference.
    """
    if measure.unit == "state":
        if i18n.is_none(one["state"]) or i18n.is_none(other["state"]):
            return Difference("unknown")
        return Difference("same" if one["state"] == other["state"] else "unclear")
    if one["is_few"] or other["is_few"]:
        return Difference("few")
    if i18n.is_none(one["value"]) or i18n.is_none(other["value"]):
        return Difference("unknown")
    apart = float(one["value"]) - float(other["value"])
    if not any(i18n.is_none(row[end]) for row in (one, other) for end in ("low", "high")):
        low = apart - hypot(one["value"] - one["low"], other["high"] - other["value"])
        high = apart + hypot(one["high"] - one["value"], other["value"] - other["low"])
        verdict: Verdict = "higher" if low > 0 else "lower" if high < 0 else "unclear"
        return Difference(verdict, apart, low, high)
    if measure.is_sampled or measure.name == "pressure":
        return Difference("no interval", apart)
    return Difference("higher" if apart > 0 else "lower" if apart < 0 else "same", apart)
