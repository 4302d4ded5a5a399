"""The figures of the overview, read from the served build; nothing here is a text for a reader.

A figure that nobody can know is None, never 0: no source, no known outcome, a month not loaded.
"""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import streamlit as st

from etl.build import warehouse
from etl.insight import changes
from etl.words.rows import each
from pages.shared import apart, filters, priorities, query
from pages.shared.filters import Period, Territory
from pages.shared.months import answered_in, filled_in, only_ripe
from pages.shared.places import FRANCE

COVERAGES = ("coverage_population", "coverage_cells", "coverage_demand")
WORST = 10
log = logging.getLogger("maillage.pages")


class Figure(NamedTuple):
    """One row of a metric; every field but ``n`` is None where it cannot be told."""

    value: float | None = None
    n: int = 0
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    high: float | None = None
    left_out: int = 0
    p90: float | None = None
    undated: int = 0  # of the left out, those that did happen, at an unknown time
    ever: float | None = None  # what happened at any time, of ever_of
    ever_of: float | None = None
    waiting: float | None = None  # share without an answer at the end, were all left out answered

    @property
    def has_horizon(self) -> bool:
        """Whether a rate within a time can be told, or nothing at all: not where all that happened
        did so at an unknown time."""
        return self.value is not None or not self.undated

    @property
    def told(self) -> apart.Told | None:
        """The value with its bounds, where all are known."""
        return apart.told(self.value, self.low, self.high)

    @property
    def share_ever(self) -> float | None:
        """The share of what happened at any time."""
        return self.ever / self.ever_of if self.ever is not None and self.ever_of else None


class Loaded(NamedTuple):
    """What was loaded; ``requests_from`` and ``requests_to`` are the first days of the months."""

    has_providers: bool
    providers_since: dt.date | None
    tells_seen: bool
    has_requests: bool
    requests_from: dt.date | None
    requests_to: dt.date | None
    requests_until: dt.date | None
    has_targets: bool

    def knows(self, period: Period) -> bool:
        """Whether every month of the period is covered by the requests that were loaded."""
        return bool(
            self.has_requests
            and self.requests_from
            and self.requests_to
            and self.requests_from <= period.from_month
            and period.to_month <= self.requests_to
        )


@dataclass(frozen=True)
class Overview:
    """Everything the page shows but what changed; ``earlier`` are the same months a year before."""

    loaded: Loaded
    place: Territory
    domains: list[str]
    coverage: dict[str, Figure]
    kinds: pd.DataFrame
    requests: Figure
    requests_earlier: Figure
    fill: Figure
    fill_earlier: Figure
    answer: Figure
    answer_earlier: Figure
    months: pd.DataFrame
    supply: pd.DataFrame
    gaps: pd.DataFrame


def read(
    loaded: Loaded, scope: str, k: int, days: int, period: Period, place: Territory = FRANCE
) -> Overview:
    """Reads every figure of a place for a domain scope, k providers, a horizon in days and some
    months."""
    domains = sorted(filters.domains_in_use(scope))
    earlier = period.year_earlier()
    # other months than those a year before would compare seasons
    is_comparable = loaded.knows(period) and loaded.knows(earlier)
    found = query.together(_questions(loaded, place, scope, domains, k, days, period))
    none, filled, answered = Figure(), found["filled"], found["answered"]
    fill, fill_earlier = _sum("fill_rate", filled.iloc[:1]), none
    answer, answer_earlier = _sum("first_response", answered.iloc[:1]), none
    if is_comparable:
        fill_earlier = _sum("fill_rate", filled.iloc[1:2])
        answer_earlier = _sum("first_response", answered.iloc[1:])
    return Overview(
        loaded=loaded,
        place=place,
        domains=domains,
        coverage={name: _sum(name, found[name]) if name in found else none for name in COVERAGES},
        kinds=_kinds(loaded, found["kinds"]),
        requests=_requests(loaded, period, fill),
        requests_earlier=_requests(loaded, earlier, fill_earlier) if is_comparable else none,
        fill=fill,
        fill_earlier=fill_earlier,
        answer=answer,
        answer_earlier=answer_earlier,
        months=_months(loaded, filled.iloc[2:], days),
        supply=found["supply"],
        gaps=_gaps(found["first"], found["gaps"]) if "gaps" in found else pd.DataFrame(),
    )


def _questions(
    loaded: Loaded, place: Territory, scope: str, domains: list[str], k: int, days: int,
    period: Period,
) -> dict[str, Callable[[], pd.DataFrame]]:  # fmt: skip
    """What is to be asked of the build, the slowest first."""
    window = {"from": period.from_month, "to": period.to_month}
    within = {"level": place.level, "within_level": place.level, "within_code": place.code}
    of_each = {**within, **window, "scopes": domains, "k": k}
    earlier = period.year_earlier()
    asked: dict[str, Callable[[], pd.DataFrame]] = {}
    if domains:  # an empty list would ask for every scope
        asked["first"] = partial(priorities.ranked, place, tuple(domains), k, period)
        asked["gaps"] = partial(query.metric, "gap", **{**of_each, "level": "departement"})
        if loaded.has_providers:
            asked |= {name: partial(query.metric, name, **of_each) for name in COVERAGES}
    asked["answered"] = partial(answered_in, [period, earlier], scope, place)
    periods = [period, earlier, *earlier.each(), *period.each()]
    asked["filled"] = partial(filled_in, periods, scope, place, days)
    ask = partial(query.page_sql, __file__)
    asked["supply"] = partial(ask, "supply_trend", scope=scope, areas=place.areas)
    asked["kinds"] = partial(ask, "supply_kinds", scope=scope, areas=place.areas)
    return asked


def read_loaded() -> Loaded:
    """Which sources the build holds, and since when."""
    row = query.page_sql(__file__, "loaded_until").iloc[0]
    days = {
        name: None if pd.isna(row[name]) else pd.Timestamp(row[name]).date()
        for name in ("providers_since", "requests_from", "requests_to", "requests_until")
    }
    return Loaded(
        has_providers=bool(row["has_providers"]),
        tells_seen=bool(row["tells_seen"]),
        has_requests=bool(row["has_requests"]),
        has_targets=bool(row["has_targets"]),
        **days,
    )


def _sum(name: str, rows: pd.DataFrame) -> Figure:
    """The figure of one row as it is; of several, sum of numerators / sum of denominators. Their
    cases add up, the people and communes of each domain are the same."""
    if rows.empty:
        return Figure()
    if len(rows) == 1:
        told = next(each(rows))._asdict()
        known: dict[str, Any] = {
            name: int(told[name]) if name in _COUNTS else float(told[name])
            for name in Figure._fields
            if name in told and not pd.isna(told[name])
        }
        return Figure(**known)
    numerator, denominator = rows["numerator"].sum(), rows["denominator"].sum()
    return Figure(
        value=numerator / denominator if denominator else None,
        n=int(rows["n"].sum() if query.metric_definition(name).is_sampled else rows["n"].max()),
        numerator=numerator,
        denominator=denominator,
    )


_COUNTS = ("n", "left_out", "undated")


def _kinds(loaded: Loaded, found: pd.DataFrame) -> pd.DataFrame:
    """kind ('all' first), providers, reaching; 0 where providers are loaded and none is active."""
    order = ["all", "individual", "association", "company", "cooperative", "unknown"]
    rows = found.set_index("kind").reindex(order)
    if loaded.has_providers:
        rows = rows.fillna(0)
    return rows.reset_index()


def _requests(loaded: Loaded, period: Period, fill: Figure) -> Figure:
    """Requests of a period: those the fill rate counts and those it leaves out, which spares a
    query; 0 only where every month is known to have had none."""
    requests = fill.n + fill.left_out
    is_known = bool(requests) or loaded.knows(period)
    return Figure(value=float(requests), n=requests) if is_known else Figure()


def _months(loaded: Loaded, filled: pd.DataFrame, days: int) -> pd.DataFrame:
    """Months of a year and the same of the next, as filled_in gives them: those of the latter and,
    with the suffix _earlier, of the former. Rates are empty where the month is not ripe, requests
    where it was not loaded whole."""
    names = {"start": "month", "n": "known", "value": "fill_rate"}
    rows = only_ripe(filled.rename(columns=names), ("fill_rate", "low", "high"), days)
    is_known = np.zeros(len(rows), dtype=bool)
    if loaded.requests_from and loaded.requests_to:
        start, end = pd.Timestamp(loaded.requests_from), pd.Timestamp(loaded.requests_to)
        is_known = rows["month"].between(start, end).to_numpy()
    rows["requests"] = rows["requests"].astype(float).where(is_known)
    half = len(rows) // 2
    values = {name: rows[name].to_numpy() for name in rows.columns}
    shown = {name: column[half:] for name, column in values.items()}
    before = {f"{name}_earlier": column[:half] for name, column in values.items()}
    return pd.DataFrame({**shown, **before})


def _gaps(ranked: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """The first départements x domains of the ranking, at most WORST: departement_code, place,
    scope_code, what a recruit there could serve (served, and value, low, high a month); and of the
    whole département unmet a month, and the columns of the metric gap."""
    keys = ["departement_code", "scope_code"]
    of_place = gaps.rename(columns={"territory_code": keys[0], "value": "unmet"})
    of_place = of_place.drop(columns=["low", "high"])
    first = ranked.head(WORST).merge(of_place, how="left", on=keys)
    return first.rename(columns={"departement_name": "place"})


def read_changes(scope: str, k: int) -> changes.Changes | str:
    """What changed since the last build made from other drops; else why it cannot be told: 'first'
    (there is none), 'sample' (one of the two is sample data) or 'unreadable'."""
    served = query.build()
    previous = warehouse.compared_build(query.warehouse(), served.id)
    if previous is None:
        return "first"
    folder = warehouse.build_folder(query.warehouse(), previous)
    try:
        return _compared(previous, str(folder), served.id, str(served.path.parent), k, scope)
    except changes.NotComparable as error:  # not kept: it may have been busy, or gone just then
        log.warning("build %s cannot be compared with %s", served.id, previous, exc_info=True)
        return error.reason


@st.cache_data(max_entries=64, show_spinner=False)
def _compared(
    previous_id: str, previous: str, served_id: str, served: str, k: int, scope: str
) -> changes.Changes | str:
    try:
        builds = _side_by_side(previous_id, previous, served_id, served)
        return builds.changes(k=k, scopes=[scope])
    except changes.NotComparable as error:
        if error.reason == "unreadable":
            raise
        return error.reason


@st.cache_resource(max_entries=2, show_spinner=False, on_release=lambda builds: builds.close())
def _side_by_side(
    previous_id: str, previous: str, served_id: str, served: str
) -> changes.Comparison:
    return changes.Comparison(Path(previous), Path(served))
