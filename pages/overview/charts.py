"""Figures of the overview: DataFrames in, dressed Plotly figures out."""

from collections.abc import Iterable
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from etl.words.rows import each
from pages.shared import chart_marks, filters, i18n, theme
from pages.shared.chart_marks import Marks

_ = i18n.gettext

HEIGHT = 270
KINDS = filters.KINDS[1:]


def _look(names: list[str]) -> dict[str, Any]:
    """The layout of a chart of months; ``names`` of the months, in order."""
    step = max(1, -(-len(names) // 5))
    return {
        "height": HEIGHT,
        "margin": {"l": 4, "r": 4, "t": 36, "b": 4},
        "hovermode": "x unified",
        "dragmode": False,
        "bargap": 0.25,
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


def requests(months: pd.DataFrame, *marked: Marks) -> go.Figure:
    """Requests posted each month as bars, the same months a year earlier as a dotted line."""
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
    return theme.figure(chart_marks.still(traces), chart_marks.on(_look(names), marked))


def fill_rate(months: pd.DataFrame, *marked: Marks) -> go.Figure:
    """Fill rate of each mature month with its 95 % interval, and a year earlier."""
    names = _names(months["month"])
    traces = [
        {
            "type": "scatter", "x": names, "y": months["fill_rate"], "name": _("this year"),
            "mode": "lines+markers", "line": {"color": theme.ACCENT, "width": 2.5},
            "marker": {"size": 7}, "connectgaps": False,
            "error_y": chart_marks.sure(months, "fill_rate", 1.2, 3),
            "text": [
                f"{i18n.percent(row.fill_rate)} ({i18n.interval(row.low, row.high)}), "
                f"{theme.cases(row.known)}"
                for row in each(months)
            ],
            "hovertemplate": "%{text}",
        },
        {
            "x": names, "y": months["fill_rate_earlier"], "name": _("a year earlier"),
            "text": [i18n.percent(value) for value in months["fill_rate_earlier"]],
            "hovertemplate": "%{text}", **_before(),
        },
    ]  # fmt: skip
    look = _look(names)
    look["yaxis"] |= chart_marks.shares()
    # a month that has no point still has its place
    look["xaxis"] |= {
        "categoryorder": "array", "categoryarray": names, "range": [-0.5, len(names) - 0.5],
    }  # fmt: skip
    return theme.figure(chart_marks.still(traces), chart_marks.on(look, marked))


def supply_months(rows: pd.DataFrame, period: filters.Period) -> list[pd.Timestamp]:
    """The months that the chart of providers shows."""
    return [month for month in rows["month"].unique() if month.date() >= period.from_month]


def supply(rows: pd.DataFrame, period: filters.Period, *marked: Marks) -> go.Figure:
    """Providers active at the end of each month, stacked by kind; the total a year earlier."""
    by_kind = rows.pivot(index="month", columns="kind", values="providers")
    shown = by_kind[by_kind.index >= pd.Timestamp(period.from_month)]
    names = _names(shown.index)
    traces = []
    for kind in KINDS:
        counts = shown[kind] if kind in shown else pd.Series(dtype=float)
        if counts.fillna(0).any():
            traces.append(
                {
                    "type": "bar", "x": names, "y": counts, "name": i18n.name("kind", kind),
                    "marker": {"color": theme.KIND_COLOURS[kind]}, "hovertemplate": "%{y:,.0f}",
                }
            )  # fmt: skip
    year_earlier = pd.DatetimeIndex(shown.index) - pd.DateOffset(years=1)
    before = by_kind["all"].reindex(year_earlier)
    traces.append(
        {
            "x": names, "y": before, "name": _("all kinds, a year earlier"),
            "hovertemplate": "%{y:,.0f}", **_before(),
        }
    )  # fmt: skip
    look = _look(names)
    stacked = {
        "barmode": "stack", "showlegend": False, "title": _title(_("dotted: a year earlier")),
    }  # fmt: skip
    return theme.figure(traces, chart_marks.on(look | stacked, marked))


def kinds(rows: pd.DataFrame) -> go.Figure:
    """Active providers of each kind as bars with their numbers."""
    shown = rows[rows["kind"] != "all"].iloc[::-1]
    bars = {
        "type": "bar", "x": shown["providers"],
        "y": [i18n.name("kind", kind) for kind in shown["kind"]], "orientation": "h",
        "marker": {"color": [theme.KIND_COLOURS[kind] for kind in shown["kind"]]},
        "text": [i18n.number(value) for value in shown["providers"]], "textposition": "outside",
        "cliponaxis": False, "hoverinfo": "skip",
    }  # fmt: skip
    return theme.figure(
        [bars],
        {
            "height": HEIGHT,
            "showlegend": False,
            "margin": {"l": 4, "r": 60, "t": 4, "b": 4},
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
