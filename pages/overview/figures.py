"""The figures of the overview, read from the served build; nothing here is a text for a reader.

A figure that nobody can know is None, never 0: no source, no known outcome, a month not loaded.
"""

import datetime as dt
import logging
import math
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st

from etl import changes, warehouse
from pages.shared import filters, query
from pages.shared.filters import Period

FRANCE = {"level": "country", "within_level": "country", "within_code": "FR"}
COVERAGES = ("coverage_population", "coverage_cells", "coverage_demand")
WORST = 10
# Below this many cases a share or a median is shown, and said to be too little to judge by.
FEW = 20
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


class Loaded(NamedTuple):
    """What was loaded; ``requests_from`` and ``requests_to`` are the first days of the months."""

    has_providers: bool
    providers_since: dt.date | None
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


def read(scope: str, k: int, days: int, period: Period) -> Overview:
    """Reads every figure for a domain scope, k providers, a horizon in days and some months."""
    loaded = read_loaded()
    domains = sorted(filters.domains_in_use(scope))
    earlier = period.year_earlier()
    params = {**FRANCE, "scopes": [scope], "days": days}
    now = {**params, "from": period.from_month, "to": period.to_month}
    before = {**params, "from": earlier.from_month, "to": earlier.to_month}
    # other months than those a year before would compare seasons
    is_comparable = loaded.knows(period) and loaded.knows(earlier)
    fill = _figure("fill_rate", now)
    fill_earlier = _figure("fill_rate", before) if is_comparable else Figure()
    return Overview(
        loaded=loaded,
        domains=domains,
        coverage=_coverage(loaded, domains, k, period),
        kinds=_kinds(loaded, scope),
        requests=_requests(loaded, period, fill),
        requests_earlier=(_requests(loaded, earlier, fill_earlier) if is_comparable else Figure()),
        fill=fill,
        fill_earlier=fill_earlier,
        answer=_figure("first_response", now),
        answer_earlier=_figure("first_response", before) if is_comparable else Figure(),
        months=_months(loaded, scope, days, period),
        supply=query.page_sql(
            __file__,
            "supply_trend",
            scope=scope,
            **{"from": earlier.from_month, "to": query.build().as_of},
        ),
        gaps=_gaps(domains, k, period),
    )


def read_loaded() -> Loaded:
    """Which sources the build holds, and since when."""
    row = query.page_sql(__file__, "loaded").iloc[0]
    days = {
        name: None if pd.isna(row[name]) else pd.Timestamp(row[name]).date()
        for name in ("providers_since", "requests_from", "requests_to", "requests_until")
    }
    return Loaded(
        has_providers=bool(row["has_providers"]),
        has_requests=bool(row["has_requests"]),
        has_targets=bool(row["has_targets"]),
        **days,
    )


def _figure(name: str, params: dict) -> Figure:
    """The one row of a metric asked for one scope and one territory; no row is no figure."""
    return _sum(query.metric(name, **params))


def _sum(rows: pd.DataFrame) -> Figure:
    """The figure of one row as it is; of several, sum of numerators / sum of denominators."""
    if rows.empty:
        return Figure()
    if len(rows) == 1:
        row = rows.iloc[0]
        return Figure(
            n=_count(row, "n"),
            left_out=_count(row, "left_out"),
            **{name: _share(row, name) for name in Figure._fields if name not in _COUNTS},
        )
    numerator, denominator = rows["numerator"].sum(), rows["denominator"].sum()
    return Figure(
        value=numerator / denominator if denominator else None,
        n=int(rows["n"].sum()),
        numerator=numerator,
        denominator=denominator,
    )


_COUNTS = ("n", "left_out")


def _count(row: pd.Series, name: str) -> int:
    return int(row[name]) if name in row and pd.notna(row[name]) else 0


def _share(row: pd.Series, name: str) -> float | None:
    return float(row[name]) if name in row and pd.notna(row[name]) else None


def _coverage(loaded: Loaded, domains: list[str], k: int, period: Period) -> dict[str, Figure]:
    if not loaded.has_providers or not domains:
        return dict.fromkeys(COVERAGES, Figure())
    params = {**FRANCE, "scopes": domains, "k": k, "from": period.from_month, "to": period.to_month}
    return {name: _sum(query.metric(name, **params)) for name in COVERAGES}


def _kinds(loaded: Loaded, scope: str) -> pd.DataFrame:
    """kind ('all' first), providers, reaching; 0 where providers are loaded and none is active."""
    found = query.page_sql(__file__, "supply_kinds", scope=scope).set_index("kind")
    order = ["all", "individual", "association", "company", "cooperative", "unknown"]
    rows = found.reindex(order)
    if loaded.has_providers:
        rows = rows.fillna(0)
    return rows.reset_index()


def _requests(loaded: Loaded, period: Period, fill: Figure) -> Figure:
    """Requests of a period: those the fill rate counts and those it leaves out, which spares a
    query; 0 only where every month is known to have had none."""
    requests = fill.n + fill.left_out
    is_known = bool(requests) or loaded.knows(period)
    return Figure(value=float(requests), n=requests) if is_known else Figure()


def _months(loaded: Loaded, scope: str, days: int, period: Period) -> pd.DataFrame:
    """month, requests, fill_rate, low, high, known, left_out, is_mature and, with the suffix
    _earlier, the same a year before; empty where the month was not loaded whole."""
    earlier = period.year_earlier()
    rows = query.page_sql(
        __file__,
        "request_trend",
        scope=scope,
        days=days,
        **{"from": earlier.from_month, "to": period.to_month},
    )
    rows["month"] = pd.to_datetime(rows["month"])
    is_known = pd.Series(False, index=rows.index)
    if loaded.requests_from and loaded.requests_to:
        is_known = rows["month"].between(
            pd.Timestamp(loaded.requests_from), pd.Timestamp(loaded.requests_to)
        )
    rows["requests"] = rows["requests"].where(is_known)
    # a month that is still ripening would show the quick fills only
    rates = ["fill_rate", "low", "high"]
    rows[rates] = rows[rates].where(rows["is_mature"])
    before = rows.assign(month=rows["month"] + pd.DateOffset(years=1))
    both = rows.merge(before, on="month", how="left", suffixes=("", "_earlier"))
    return both[both["month"] >= pd.Timestamp(period.from_month)].reset_index(drop=True)


def _gaps(domains: list[str], k: int, period: Period) -> pd.DataFrame:
    """The worst départements x domains by unmet requests a month, with a 95 % interval."""
    params = {**FRANCE, "level": "departement", "scopes": domains, "k": k}
    if not domains:  # an empty list would ask for every scope
        return pd.DataFrame()
    rows = query.metric("gap", **params, **{"from": period.from_month, "to": period.to_month})
    rows = rows[rows["numerator"] > 0].head(WORST).reset_index(drop=True)
    bounds = [poisson_interval(count) for count in rows["numerator"]]
    per_month = rows["value"] / rows["numerator"]
    rows["low"] = [low for low, _ in bounds] * per_month
    rows["high"] = [high for _, high in bounds] * per_month
    names = query.page_sql(__file__, "departements").set_index("code")["name"]
    rows["place"] = rows["territory_code"].map(names)
    return rows


def poisson_interval(count: float) -> tuple[float, float]:
    """95 % interval of the mean of which ``count`` was seen (Byar's approximation)."""
    z = 1.959964
    above = count + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * math.sqrt(above))) ** 3
    if count <= 0:
        return 0.0, high
    return count * (1 - 1 / (9 * count) - z / (3 * math.sqrt(count))) ** 3, high


def difference(now: Figure, earlier: Figure) -> tuple[float, float, float] | None:
    """The change of a rate with its 95 % interval (Newcombe, from both Wilson intervals)."""
    if None in (now.value, now.low, now.high, earlier.value, earlier.low, earlier.high):
        return None
    change = now.value - earlier.value  # type: ignore[operator]
    down = math.hypot(now.value - now.low, earlier.high - earlier.value)  # type: ignore[operator]
    up = math.hypot(now.high - now.value, earlier.value - earlier.low)  # type: ignore[operator]
    return change, change - down, change + up


def read_changes(scope: str, k: int) -> changes.Changes | str:
    """What changed since the build served before; else why it cannot be told: 'first' (there is no
    other build), 'sample' (one of the two is sample data) or 'unreadable'."""
    served = query.build()
    previous = warehouse.previous_build(query.warehouse(), served.id)
    if previous is None:
        return "first"
    folder = warehouse.build_folder(query.warehouse(), previous)
    return _compared(previous, str(folder), served.id, str(served.path.parent), k, scope)


@st.cache_data(max_entries=64, show_spinner=False)
def _compared(
    previous_id: str, previous: str, served_id: str, served: str, k: int, scope: str
) -> changes.Changes | str:
    try:
        return changes.compare(Path(previous), Path(served), k=k, scope=scope)
    except changes.NotComparable as error:
        if error.reason == "unreadable":
            log.warning(
                "build %s cannot be compared with %s", served_id, previous_id, exc_info=True
            )
        return error.reason
