"""The figures of one cell (domain by territory): every metric, its months, and a comparison."""

import datetime as dt
import itertools
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import pandas as pd

from etl.insight import registry, target_states
from pages.coverage import cells
from pages.coverage.cells import Question
from pages.coverage.measures import MEASURES, Measure
from pages.shared import apart, chart_marks, i18n, query
from pages.shared.filters import Territory
from pages.shared.months import add_months, only_ripe

Row = dict[str, Any]
TOPICS = {
    topic: [name for name, measure in MEASURES.items() if measure.topic == topic]
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


@dataclass(frozen=True)
class Sheet:
    """One cell laid out: what is asked of which place, and all that is told of it.

    title: what it is called where another is compared with it. is_past: its months are not the
    present ones; what is only known today is left empty.
    """

    asked: Question
    place: Territory
    title: str = ""
    is_past: bool = False

    def told(self, topic: str | None = None) -> list[Measure]:
        """The measures of a topic (of all of them) that exist at the level of the place."""
        names = TOPICS[topic] if topic else itertools.chain(*TOPICS.values())
        return [MEASURES[name] for name in names if MEASURES[name].is_told(self.place.level)]

    def figures(self, topic: str | None = None) -> dict[str, Row]:
        """The metrics of a topic by name, each with the columns of NOTHING."""
        return {
            measure.name: dict(NOTHING)
            if self.is_past and not measure.uses_period
            else self._figure(replace(self.asked, measure=measure))
            for measure in self.told(topic)
        }

    def _figure(self, asked: Question) -> Row:
        if not asked.measure.is_pooled:  # its domains are not needed
            asked = replace(asked, domains=())
        row = cells.own(asked, self.place)
        found = NOTHING | {column: row[column] for column in (*COLUMNS, "is_few")}
        if asked.measure.name == "active_providers":  # its n is a figure of its own, not a base
            found |= {"reaching": row["n"], "n": math.nan}
        elif asked.measure.name == "requests":
            found["n"] = math.nan
        elif asked.measure.name == "deserts":
            found["n"] = row["denominator"]
        elif asked.measure.name == "direct_hire_share":
            rows = query.metric(asked.measure.name, **self._params | {"kind": "individual"})
            if len(rows):  # among the hires of individuals, and those hires
                found |= {"individuals": rows["value"].iloc[0], "individuals_n": rows["n"].iloc[0]}
        return found

    @property
    def _params(self) -> dict[str, Any]:
        """Parameters of what is asked of the cell alone, without the domains of its scope."""
        scope = self.asked.scope
        params = self.asked.params(self.place.level, self.place)
        return params | {"scopes": [scope], "scope": scope, "code": self.place.code}

    @property
    def unknowns(self) -> Row:
        """What is not known of the active providers based here: see unknowns_of_place.sql."""
        return dict(query.page_sql(__file__, "unknowns_of_place", **self._params).iloc[0])

    @property
    def nearest(self) -> pd.DataFrame:
        """name, commune_name, distance_km, reach_km of the nearest providers outside a commune."""
        return query.page_sql(__file__, "nearest_providers", **self._params)

    @cached_property
    def months(self) -> pd.DataFrame:
        """month, is_loaded, requests, known, filled, fill_rate, low, high, providers; and the same
        columns with ``_earlier`` for the month a year before. No rate of a month not yet ripe."""
        period = self.asked.period
        now, before = (
            only_ripe(
                query.page_sql(
                    __file__, "trend", **self._params | dict(zip(("from", "to"), of, strict=True))
                ),
                ("fill_rate", "low", "high"),
                self.asked.days,
            )
            for of in (period, period.year_earlier())
        )
        return now.join(before.drop(columns="month").add_suffix("_earlier"))

    @cached_property
    def events(self) -> pd.DataFrame:
        """What happened in the months asked for, as chart_marks.read_events gives it."""
        first, last = self.asked.period
        until = add_months(last, 1) - dt.timedelta(days=1)
        return chart_marks.read_events(self.asked.scope, self.place, first, until)

    @property
    def aims(self) -> dict[str, chart_marks.Marks]:
        """The targets set for this very cell, as lines, by the column of the chart."""
        targets = query.page_sql(target_states.__file__, "targets_reached")
        metrics = {"providers": "active_providers"}
        if self.asked.days == int(query.build().settings.get("fill_days", 14)):
            metrics["fill_rate"] = "fill_rate"
        return {
            column: chart_marks.aim(
                chart_marks.targets_of(targets, metric, self.asked.scope, self.place)
            )
            for column, metric in metrics.items()
        }


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
