"""The figures of one cell (domain by territory): every metric, its months, and a comparison."""

import datetime as dt
import itertools
import math
from dataclasses import dataclass, replace
from typing import Any, Literal

import pandas as pd

from etl.insight import registry, target_states
from pages.coverage import cells
from pages.coverage.cells import Question
from pages.coverage.measures import MEASURES, Measure
from pages.shared import apart, chart_marks, filters, i18n, places, query
from pages.shared.filters import Territory
from pages.shared.months import only_ripe

Row = dict[str, Any]
TOPICS = {
    topic: [name for name, measure in MEASURES.items() if measure.metric.topic == topic]
    for topic in registry.MARKET
}
COLUMNS = ("value", "low", "high", "n", *(c for c in cells.EXTRA if c != "fill_rate"), *cells.PARTS)
FURTHER = ("reaching", "individuals", "individuals_n")
NOTHING: Row = {**dict.fromkeys((*COLUMNS, *FURTHER), math.nan), "is_few": False}
Verdict = Literal["higher", "lower", "same", "unclear", "few", "no interval", "unknown"]


@dataclass(frozen=True)
class Difference:
    """One figure against another: ``value`` is the first less the second, None where not told;
    low and high are its 95 % bounds, where both have an interval."""

    verdict: Verdict
    value: float | None = None
    low: float | None = None
    high: float | None = None


def told(place: Territory, topic: str | None = None) -> list[Measure]:
    """The measures of a topic (of all of them) that exist at the level of the place."""
    names = TOPICS[topic] if topic else itertools.chain(*TOPICS.values())
    found = [MEASURES[name] for name in names]
    if place.level == places.SEVERAL:
        return [m for m in found if not m.is_apart]
    return [m for m in found if place.level != "commune" or m.has_communes]


def figures(
    asked: Question, place: Territory, topic: str | None = None, *, is_past: bool = False
) -> dict[str, Row]:
    """The metrics of a topic by name, each with the columns of NOTHING.

    ``is_past``: the period is not the present one; what is only known today is left empty.
    """
    return {
        measure.name: dict(NOTHING)
        if is_past and not measure.uses_period
        else _figure(replace(asked, measure=measure), place)
        for measure in told(place, topic)
    }


def _figure(asked: Question, place: Territory) -> Row:
    if not asked.measure.is_pooled:  # its domains are not needed
        asked = replace(asked, domains=())
    row = cells.own(asked, place)
    found = NOTHING | {column: row[column] for column in (*COLUMNS, "is_few")}
    if asked.measure.name == "active_providers":  # its n is a figure of its own, not a base
        found |= {"reaching": row["n"], "n": math.nan}
    elif asked.measure.name == "requests":
        found["n"] = math.nan
    elif asked.measure.name == "deserts":
        found["n"] = row["denominator"]
    elif asked.measure.name == "direct_hire_share":
        found |= _of_individuals(asked, place)
    return found


def _of_individuals(asked: Question, place: Territory) -> Row:
    """Direct hires among the hires of individuals, and those hires; empty without any."""
    params = asked.params(place.level, place) | {"kind": "individual", "scopes": [asked.scope]}
    rows = query.metric("direct_hire_share", **params)
    if rows.empty:
        return {}
    return {"individuals": rows["value"].iloc[0], "individuals_n": rows["n"].iloc[0]}


def unknowns(asked: Question, place: Territory) -> Row:
    """What is not known of the active providers based in a place: see unknowns_of_place.sql."""
    rows = query.page_sql(
        __file__,
        "unknowns_of_place",
        scope=asked.scope,
        **{
            name: asked.params(place.level, place)[name] for name in ("within_level", "within_code")
        },
    )
    return dict(rows.iloc[0])


def months(asked: Question, place: Territory) -> pd.DataFrame:
    """month, is_loaded, requests, known, filled, fill_rate, low, high, providers; and the same
    columns with ``_earlier`` for the month a year before. No rate of a month that is not ripe."""
    now, before = (
        only_ripe(
            query.page_sql(
                __file__,
                "trend",
                **{
                    **asked.params(place.level, place),
                    "scopes": [asked.scope],
                    "from": period.from_month,
                    "to": period.to_month,
                },
            ),
            ("fill_rate", "low", "high"),
            asked.days,
        )
        for period in (asked.period, asked.period.year_earlier())
    )
    return now.join(before.drop(columns="month").add_suffix("_earlier"))


def events(asked: Question, place: Territory) -> pd.DataFrame:
    """What happened in the months asked for, as marks.read_events gives it."""
    until = filters.add_months(asked.period.to_month, 1) - dt.timedelta(days=1)
    return chart_marks.read_events(asked.scope, place, asked.period.from_month, until)


def targets() -> pd.DataFrame:
    """All targets in force, as etl/insight/targets_reached.sql gives them."""
    return query.page_sql(target_states.__file__, "targets_reached")


def nearest(asked: Question, place: Territory) -> pd.DataFrame:
    """name, commune_name, distance_km, reach_km of the nearest providers outside a commune."""
    return query.page_sql(__file__, "nearest_providers", code=place.code, scope=asked.scope)


def difference(one: Row, other: Row, measure: Measure) -> Difference:
    """What can be said of one figure against another, both rows of :func:`figures`.

    Where both have an interval, only one of the difference without 0 makes it one (see apart).
    """
    if measure.unit == "state":
        if i18n.is_none(one["state"]) or i18n.is_none(other["state"]):
            return Difference("unknown")
        return Difference("same" if one["state"] == other["state"] else "unclear")
    if one["is_few"] or other["is_few"]:
        return Difference("few")
    if i18n.is_none(one["value"]) or i18n.is_none(other["value"]):
        return Difference("unknown")
    change = float(one["value"]) - float(other["value"])
    if math.isnan(change):  # both over a year
        return Difference("same", 0.0)
    found = apart.apart(
        *(apart.told(row["value"], row["low"], row["high"]) for row in (one, other))
    )
    if found:
        verdict: Verdict = "unclear"
        if found.is_clear:
            verdict = "higher" if change > 0 else "lower"
        return Difference(verdict, *found)
    if measure.is_sampled or measure.shrinks:
        return Difference("no interval", change)
    return Difference("higher" if change > 0 else "lower" if change < 0 else "same", change)
