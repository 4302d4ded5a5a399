"""Figures of the overview: DataFrames in, dressed Plotly figures out."""

import html
from collections.abc import Iterable
from statistics import mean
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from etl.digest.progress import each
from pages.shared import filters, i18n, query, theme

HEIGHT = 270
KINDS = filters.KINDS[1:]


class Marks(NamedTuple):
    """Lines on a chart and what is written on them, as plotly's shapes and annotations."""

    lines: list[dict[str, Any]]
    texts: list[dict[str, Any]]


def _marked(look: dict[str, Any], marks: tuple[Marks, ...]) -> dict[str, Any]:
    shapes = [line for mark in marks for line in mark.lines]
    return look | {"shapes": shapes, "annotations": [text for mark in marks for text in mark.texts]}


def _look(title: str, names: list[str]) -> dict[str, Any]:
    """The layout of a chart of months; ``names`` of the months, in order."""
    step = max(1, -(-len(names) // 5))
    return {
        "height": HEIGHT,
        "margin": {"l": 4, "r": 4, "t": 36, "b": 4},
        "hovermode": "x unified",
        "bargap": 0.25,
        "title": _title(title),
        "xaxis": {
            "tickvals": names[::-1][::step][::-1], "tickangle": 0, "showgrid": False,
            "type": "category",
        },
        "yaxis": {"rangemode": "tozero", "nticks": 5},
    }  # fmt: skip


def _title(text: str) -> dict[str, Any]:
    return {"text": text, "x": 0, "xanchor": "left", "font": {"size": 15}, "y": 0.98}


def _names(months: Iterable[Any]) -> list[str]:
    return [i18n.month(month) for month in months]


def mark(months: Iterable[Any], events: pd.DataFrame) -> Marks:
    """Events (happened_on, label, number) as numbered vertical lines on a chart of months."""
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
            "hovertext": "<br>".join(html.escape(event.label) for _x, event in marked),
        }
        for marked in here.values()
    ]  # fmt: skip
    return Marks(lines, numbers)


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


def requests(months: pd.DataFrame, *marks: Marks) -> go.Figure:
    """Requests posted each month as bars, the same months a year earlier as a dotted line."""
    _ = i18n.gettext
    names = _names(months["month"])
    traces = [
        {
            "type": "bar", "x": names, "y": months["requests"], "name": _("this year"),
            "marker": {"color": theme.ACCENT}, "hovertemplate": "%{y:,.0f}",
        },
        {
            "x": names, "y": months["requests_earlier"], "name": _("a year earlier"),
            "hovertemplate": "%{y:,.0f}", **_before(),
        },
    ]  # fmt: skip
    return theme.figure(traces, _marked(_look(_("Requests per month"), names), marks))


def fill_rate(months: pd.DataFrame, days: int, *marks: Marks) -> go.Figure:
    """Fill rate of each mature month with its 95 % interval, and a year earlier."""
    _ = i18n.gettext
    names = _names(months["month"])
    traces = [
        {
            "type": "scatter", "x": names, "y": months["fill_rate"], "name": _("this year"),
            "mode": "lines+markers", "line": {"color": theme.ACCENT, "width": 2.5},
            "marker": {"size": 7}, "connectgaps": False,
            "error_y": {
                "type": "data", "array": months["high"] - months["fill_rate"],
                "arrayminus": months["fill_rate"] - months["low"], "thickness": 1.2, "width": 3,
                "color": theme.ink()["line"],
            },
            "text": [
                f"{i18n.percent(row.fill_rate)} ({i18n.percent(row.low)} – "
                f"{i18n.percent(row.high)}), n = {i18n.number(row.known)}"
                for row in months.itertuples()
            ],
            "hovertemplate": "%{text}",
        },
        {
            "x": names, "y": months["fill_rate_earlier"], "name": _("a year earlier"),
            "text": [i18n.percent(value) for value in months["fill_rate_earlier"]],
            "hovertemplate": "%{text}", **_before(),
        },
    ]  # fmt: skip
    title = i18n.ngettext("Filled within {n} day", "Filled within {n} days", days).format(n=days)
    look = _look(title, names)
    steps = (0, 0.25, 0.5, 0.75, 1)
    look["yaxis"] |= {
        "range": [0, 1.02], "tickvals": steps, "ticktext": [i18n.percent(step) for step in steps],
    }  # fmt: skip
    # a month that has no point still has its place
    look["xaxis"] |= {
        "categoryorder": "array", "categoryarray": names, "range": [-0.5, len(names) - 0.5],
    }  # fmt: skip
    return theme.figure(traces, _marked(look, marks))


def supply_months(rows: pd.DataFrame, period: filters.Period) -> list[pd.Timestamp]:
    """The months that the chart of providers shows."""
    return [month for month in rows["month"].unique() if month.date() >= period.from_month]


def supply(rows: pd.DataFrame, period: filters.Period, *marks: Marks) -> go.Figure:
    """Providers active at the end of each month, stacked by kind; the total a year earlier."""
    _ = i18n.gettext
    by_kind = rows.pivot(index="month", columns="kind", values="providers")
    months = by_kind.index[by_kind.index >= pd.Timestamp(period.from_month)]
    names = _names(months)
    traces = []
    for kind in KINDS:
        counts = by_kind.loc[months, kind] if kind in by_kind else pd.Series(dtype=float)
        if counts.fillna(0).any():
            traces.append(
                {
                    "type": "bar", "x": names, "y": counts, "name": filters.kind_label(kind),
                    "marker": {"color": theme.KIND_COLOURS[kind]}, "hovertemplate": "%{y:,.0f}",
                }
            )  # fmt: skip
    before = by_kind["all"].reindex([month - pd.DateOffset(years=1) for month in months])
    traces.append(
        {
            "x": names, "y": before, "name": _("all kinds, a year earlier"),
            "hovertemplate": "%{y:,.0f}", **_before(),
        }
    )  # fmt: skip
    look = _look(_("At month end; dotted: a year earlier"), names)
    stacked = {"barmode": "stack", "showlegend": False}
    return theme.figure(traces, _marked(look | stacked, marks))


def kinds(rows: pd.DataFrame) -> go.Figure:
    """Active providers of each kind as bars with their numbers."""
    _ = i18n.gettext
    shown = rows[rows["kind"] != "all"].iloc[::-1]
    bars = {
        "type": "bar", "x": shown["providers"],
        "y": [filters.kind_label(kind) for kind in shown["kind"]], "orientation": "h",
        "marker": {"color": [theme.KIND_COLOURS[kind] for kind in shown["kind"]]},
        "text": [i18n.number(value) for value in shown["providers"]], "textposition": "outside",
        "cliponaxis": False, "hoverinfo": "skip",
    }  # fmt: skip
    return theme.figure(
        [bars],
        {
            "height": HEIGHT,
            "showlegend": False,
            "margin": {"l": 4, "r": 60, "t": 36, "b": 4},
            "title": _title(_("On {date}").format(date=i18n.date(query.build().as_of))),
            "xaxis": {"visible": False},
            "yaxis": {
                "showgrid": False, "ticks": "outside", "ticklen": 6, "tickcolor": "rgba(0,0,0,0)",
            },
        },
    )  # fmt: skip


def _before() -> dict[str, Any]:
    tone = theme.ink()["line"]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "connectgaps": False,
        "line": {"color": tone, "dash": "dot", "width": 2},
        "marker": {"size": 5, "symbol": "diamond"},
    }
