"""What a time chart marks beside its lines: events at their day, targets at their height."""

import html
from collections.abc import Iterable, Sequence
from statistics import mean
from typing import Any, NamedTuple

import pandas as pd

from etl.words.rows import each
from pages.shared import filters, i18n, query, theme
from pages.shared.filters import Territory

_ = i18n.gettext


class Marks(NamedTuple):
    """Lines on a chart and what is written on them, as plotly's shapes and annotations."""

    lines: list[dict[str, Any]]
    texts: list[dict[str, Any]]


def on(look: dict[str, Any], marks: Sequence[Marks]) -> dict[str, Any]:
    """A layout with its marks."""
    shapes = [line for mark in marks for line in mark.lines]
    return look | {"shapes": shapes, "annotations": [text for mark in marks for text in mark.texts]}


def still(traces: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The traces of a chart on which a click chooses an event, so that nothing fades with it."""
    full = {"marker": {"opacity": 1}}
    return [{**trace, "selected": full, "unselected": full} for trace in traces]


def sure(months: pd.DataFrame, column: str, thickness: float = 1, width: int = 2) -> dict[str, Any]:
    """The interval of each month, columns low and high, about the column that is drawn."""
    return {
        "type": "data", "array": months["high"] - months[column],
        "arrayminus": months[column] - months["low"], "thickness": thickness, "width": width,
        "color": theme.ink()["line"],
    }  # fmt: skip


def shares() -> dict[str, Any]:
    """An axis of shares, from none to all."""
    steps = (0, 0.25, 0.5, 0.75, 1)
    ticks = [i18n.percent(step) for step in steps]
    return {"range": [0, 1.02], "tickvals": steps, "ticktext": ticks}


def read_events(scope: str, place: Territory, start: Any, until: Any) -> pd.DataFrame:
    """happened_on, label (with the domain and the place it is about), number: 1 for the first.

    Events of the scope and of the place: what is in it and what it lies in count. start, until:
    days, both included.
    """
    rows = query.page_sql(__file__, "events_of_place", level=place.level, code=place.code)
    is_here = rows["happened_on"].between(pd.Timestamp(start), pd.Timestamp(until))
    if scope != "all":
        told = ["all", scope, *filters.domains_of(scope)]
        is_here &= rows["scope_code"].fillna("all").isin(told)
    rows = rows[is_here]
    labels = []
    for row in each(rows):
        about = []
        if not pd.isna(row.scope_code) and row.scope_code != "all":
            about.append(filters.scope_label(str(row.scope_code)))
        if row.level != "country" and not pd.isna(row.place):
            about.append(str(row.place))
        labels.append(str(row.label) + (f" ({', '.join(about)})" if about else ""))
    return rows.assign(label=labels, number=range(1, len(rows) + 1))


def mark(months: Iterable[Any], events: pd.DataFrame) -> Marks:
    """Events (happened_on, label, number) as numbered vertical lines on a chart of months."""
    dated = _("{label}: {value}")
    tone = theme.ink()
    places = {(month.year, month.month): place for place, month in enumerate(months)}
    here: dict[int, list[tuple[float, Any]]] = {}
    for event in each(events):
        day = pd.Timestamp(event.happened_on)
        place = places.get((day.year, day.month))
        if place is not None:
            # a category of the axis spans from half a place before its name to half a place after
            x = place - 0.5 + (day.day - 0.5) / day.days_in_month
            here.setdefault(place, []).append((x, event))
    lines = [
        {
            "type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper",
            "line": {"color": tone["text"], "width": 1, "dash": "dash"},
        }
        for marked in here.values()
        for x, _event in marked
    ]  # fmt: skip
    numbers = [
        {
            "x": mean(x for x, _event in marked), "y": 1, "yref": "paper", "yanchor": "bottom",
            "showarrow": False, "font": {"size": 12},
            "text": f"<b>{', '.join(str(event.number) for _x, event in marked)}</b>",
            "hovertext": "<br>".join(
                html.escape(dated.format(label=i18n.date(event.happened_on), value=event.label))
                for _x, event in marked
            ),
        }
        for marked in here.values()
    ]  # fmt: skip
    return Marks(lines, numbers)


def targets_of(
    targets: pd.DataFrame, metric: str, scope: str, place: Territory
) -> list[tuple[float, str]]:
    """Heights and labels of the targets set for a metric in a cell, and for no wider one.

    targets: metric, scope_code, level, code, target, due_on, as targets_reached.sql gives them.
    """
    if targets.empty:
        return []
    words = i18n.words()
    unit = query.metric_definition(metric).unit
    cell = (metric, scope, place.level, place.code)
    lines = []
    for row in each(targets):
        if (row.metric, row.scope_code, row.level, row.code) != cell:
            continue
        value = words.measure(row.target, unit, is_full=True)
        text = _("target {value}") if pd.isna(row.due_on) else _("target {value} by {date}")
        lines.append((float(row.target), text.format(value=value, date=words.date(row.due_on))))
    return lines


def aim(targets: list[tuple[float, str]]) -> Marks:
    """Target lines: their height and what is written on them."""
    tone = theme.ink()
    lines = [
        {
            "type": "line", "x0": 0, "x1": 1, "xref": "paper", "y0": height, "y1": height,
            "line": {"color": theme.WARNING, "width": 2, "dash": "dashdot"},
        }
        for height, _text in targets
    ]  # fmt: skip
    texts = [
        {
            "x": 1, "xref": "paper", "xanchor": "right", "y": height, "yanchor": "bottom",
            "showarrow": False, "text": html.escape(text), "font": {"size": 12},
            "bgcolor": tone["ground"], "opacity": 0.9,
        }
        for height, text in targets
    ]  # fmt: skip
    return Marks(lines, texts)
