"""How far each target is: the metric's value now, set against what is aimed at.

Values are taken as the settings have them (k, days, the last complete months), whatever a reader
asks for elsewhere: a target that moved with the filters would be none.
"""

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from etl.insight import registry
from etl.words.rows import each

REACHED, MISSED, UNDER_WAY, UNKNOWN = "reached", "missed", "under_way", "unknown"
ORDER = (MISSED, UNDER_WAY, UNKNOWN, REACHED)  # as a reader is told them
NUMBERS = ("value", "n", "low", "high", "left_out", "undated", "waiting")
COLUMNS = (*NUMBERS, "unit", "low_is_good", "state")

Ask = Callable[[str, Mapping[str, Any]], pd.DataFrame]


def terms(as_of: dt.date, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters of a metric by the settings: k, days, kind, and from and to, the first days of the
    first and last of the window_months complete months before as_of."""
    following = as_of + dt.timedelta(days=1)
    last = following.year * 12 + following.month - 2
    first = last - int(settings["window_months"]) + 1
    start, end = (dt.date(month // 12, month % 12 + 1, 1) for month in (first, last))
    return {
        "k": int(settings["k"]), "days": int(settings["fill_days"]), "kind": "all",
        "from": start, "to": end,
    }  # fmt: skip


def measured(
    targets: pd.DataFrame, ask: Ask, domains_in_use: Callable[[str], Sequence[str]],
    terms: Mapping[str, Any], as_of: dt.date,
) -> pd.DataFrame:  # fmt: skip
    """The targets (metric, scope_code, level, code, target, due_on, ...) and what they are at now.

    Adds COLUMNS: value, n, low, high, left_out, undated, waiting of the metric (NaN where unknown
    or without such a column; a median that is not reached has no value, and a share waiting above a
    half), its unit and low_is_good (unit empty when no metric has the name), and state: reached;
    missed (not reached, and due on or before as_of or at no date); under_way (not reached, due
    later); unknown (no value). ``ask`` runs a metric with parameters.
    """
    known = registry.metrics()
    cells: dict[tuple, dict[str, float]] = {}
    found = []
    for row in each(targets):
        metric = known.get(str(row.metric))
        is_placed = not pd.isna(row.scope_code) and not pd.isna(row.code)
        value: dict[str, float] = {}
        if metric and is_placed:
            key = (str(row.metric), str(row.level), str(row.code), str(row.scope_code))
            if key not in cells:
                cells[key] = cell(metric, *key[1:], ask, domains_in_use, terms)
            value = cells[key]
        low_is_good = metric is not None and metric.direction == "low"
        unit = metric.unit if metric else ""
        state = _state(row, value, low_is_good, as_of)
        numbers = [value.get(name, math.nan) for name in NUMBERS]
        found.append((*numbers, unit, low_is_good, state))
    return targets.assign(**pd.DataFrame(found, columns=list(COLUMNS), index=targets.index))


def cell(
    metric: registry.Metric, level: str, code: str, scope: str, ask: Ask,
    domains_in_use: Callable[[str], Sequence[str]], terms: Mapping[str, Any],
) -> dict[str, float]:  # fmt: skip
    """NUMBERS of a metric in a territory and a scope, as far as they are known: nothing where they
    are not, or where the metric asks for more than this states (survival: at what age?)."""
    if not metric.parameters <= {*terms, "level", "within_level", "within_code", "scopes"}:
        return {}
    # over several domains as every page shows it
    scopes = domains_in_use(scope) if metric.is_pooled else ()
    place = {"level": level, "within_level": level, "within_code": code}
    rows = ask(metric.name, {**terms, **place, "scopes": list(scopes) or [scope]})
    value = _figure(metric, rows[rows["territory_code"] == code])
    if not value and metric.unit == "count" and _is_counted(metric.name, ask, terms):
        value = {"value": 0.0, "n": 0.0}
    return value


def _figure(metric: registry.Metric, rows: pd.DataFrame) -> dict[str, float]:
    """NUMBERS of one row, of the last year where each has one; of several domains, sum
    of numerators over denominators; nothing where several rows are no one figure."""
    if "year" in rows and not rows.empty:
        rows = rows[rows["year"] == rows["year"].max()]
    if rows.empty or (len(rows) > 1 and not metric.is_pooled):
        return {}
    if len(rows) == 1:
        row = rows.iloc[0]
        return {
            name: float(row[name]) for name in NUMBERS if name in row and not pd.isna(row[name])
        }
    denominator = float(rows["denominator"].sum())
    if not denominator:
        return {}
    # the same people or communes stand behind each domain, but each domain has requests of its own
    n = rows["n"].max() if metric.is_of_places else rows["n"].sum()
    return {"value": float(rows["numerator"].sum()) / denominator, "n": float(n)}


def _is_counted(metric: str, ask: Ask, terms: Mapping[str, Any]) -> bool:
    """Whether the whole country has a count: then a place or a domain without a row has none."""
    country = {"level": "country", "within_level": "country", "within_code": "FR"}
    return not ask(metric, {**terms, **country, "scopes": ["all"]}).empty


def _state(row: Any, found: Mapping[str, float], low_is_good: bool, as_of: dt.date) -> str:
    value = found.get("value")
    if value is None and found.get("waiting", 0) > 0.5:
        value = math.inf  # the median is not reached: longer than any time
    if value is None:
        return UNKNOWN
    # 3 of 5 meets 0.6, however the two are rounded
    is_close = math.isclose(value, row.target, rel_tol=1e-9)
    if is_close or (value < row.target if low_is_good else value > row.target):
        return REACHED
    return MISSED if is_due(row.due_on, as_of) else UNDER_WAY


def is_due(due_on: Any, as_of: dt.date) -> bool:
    """Whether a target is to be met by now: due on or before as_of, or at no date."""
    return bool(pd.isna(due_on) or pd.Timestamp(due_on) <= pd.Timestamp(as_of))
