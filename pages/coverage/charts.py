"""Figures of the page: a table of a measure into a chart."""

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from etl.insight.picture import heat
from etl.words.rows import each
from pages.coverage.sheet import Sheet
from pages.shared import chart_marks, i18n, map, query, theme
from pages.shared.chart_marks import Marks
from pages.shared.months import latest

_ = i18n.gettext

CELL = 27  # pixels, height of a line
COLUMN = (32, 110)  # pixels, width of a column: at least room for "100 %"
WIDTH = 590  # pixels that the columns share where there is room


def heatmap(
    cells: pd.DataFrame, areas: list[str], domains: list[str], classes: map.Classes, dark: bool
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Domains (lines) by areas (columns), the value printed in each cell; a click selects a cell.

    cells: code, scope_code, area, domain (labels), tint, brief (the value as short text), shown,
    about (n and interval as text). areas, domains: labels in order. Returns data and Vega-Lite
    specification; its selection is named ``cell`` and holds code and scope_code.
    """
    tone = theme.ink(dark)
    shades = classes.colours(dark)
    room = max(COLUMN[0], 6 + 6 * int(cells["brief"].str.len().max()))  # the longest text of a cell
    number = cells["tint"].map(classes.of)
    wanted = ["code", "scope_code", "area", "domain", "brief", "shown", "about"]
    data = cells[wanted].assign(
        fill=[shades[n] if n >= 0 else map.EMPTY for n in number],
        ink=[_ink(shades[n]) if n >= 0 else tone["text"] for n in number],
    )
    columns = {"field": "area", "type": "nominal", "sort": areas, "title": None}
    lines = {"field": "domain", "type": "nominal", "sort": domains, "title": None}
    titles = {
        "domain": _("Domain"),
        "area": _("Territory"),
        "shown": _("Value"),
        "about": _("Count behind it"),
    }
    spec = {
        "width": {"step": min(COLUMN[1], max(room, WIDTH // len(areas)))},
        "height": {"step": CELL},
        "background": "transparent",
        "padding": {"left": 5, "top": 5, "bottom": 5, "right": 70},  # for the last name, aslant
        "encoding": {
            "x": {**columns, "axis": {"orient": "top", "labelAngle": -50, "labelLimit": 170}},
            "y": {**lines, "axis": {"labelLimit": 290}},
            "tooltip": [{"field": f, "type": "nominal", "title": t} for f, t in titles.items()],
        },
        "layer": [
            {
                "params": [
                    {
                        "name": "cell",
                        "select": {
                            "type": "point",
                            "fields": ["code", "scope_code"],
                            "toggle": False,
                        },
                    }
                ],
                "mark": {
                    "type": "rect",
                    "stroke": tone["line"],
                    "strokeWidth": 0.6,
                    "cursor": "pointer",
                },
                "encoding": {"fill": {"field": "fill", "type": "nominal", "scale": None}},
            },
            {
                "mark": {"type": "text", "fontSize": 11, "cursor": "pointer"},
                "encoding": {
                    "text": {"field": "brief", "type": "nominal"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
        ],
        "config": {
            "font": "Source Sans, sans-serif",
            "view": {"stroke": None},
            "axis": {
                "labelColor": tone["text"],
                "labelFontSize": 11,
                "domain": False,
                "ticks": False,
            },
        },
    }
    return data, spec


def cells(data: pd.DataFrame) -> list[heat.Cell]:
    """The cells of a heat map to take away; data: as :func:`heatmap` gives it."""
    wanted = data[["domain", "area", "brief", "fill", "ink"]]
    return [heat.Cell(*row) for row in wanted.itertuples(index=False)]


def _ink(fill: str) -> str:
    """Black or white, whichever reads better on the colour."""
    parts = [int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "#ffffff"


def trends(sheet: Sheet) -> dict[str, tuple[str, go.Figure]]:
    """Requests, fill rate and active providers by month, the same months a year earlier dotted.

    By the column that they show, figures and what stands over them: what each ends at. What is not
    kept (the past supply of a commune) has none.
    """
    months, days, aims = sheet.months, sheet.asked.days, sheet.aims
    happened = chart_marks.mark(months["month"], sheet.events)
    filled = i18n.ngettext("Filled within {n} day", "Filled within {n} days", days)
    filled = filled.format(n=i18n.number(days))
    active = query.metric_definition("active_providers").label
    titles = {
        "requests": latest(_("Requests per month"), months, "requests", i18n.number),
        "fill_rate": latest(filled, months, "fill_rate", i18n.share, "known"),
        "providers": latest(active, months, "providers", i18n.number),
    }
    return {
        column: (title, _trend(months, column, [happened, aims.get(column, Marks([], []))]))
        for column, title in titles.items()
        if months[column].notna().any()
    }


def _trend(months: pd.DataFrame, column: str, marked: list[Marks]) -> go.Figure:
    names = [i18n.month(month) for month in months["month"]]
    is_share = column == "fill_rate"
    texts = {
        name: [i18n.percent(v) if is_share else i18n.number(v) for v in months[name]]
        for name in (column, f"{column}_earlier")
    }
    band = None
    if is_share:
        band = chart_marks.sure(months, "fill_rate")
        texts[column] = [
            f"{i18n.percent(row.fill_rate)} ({i18n.interval(row.low, row.high)}), "
            f"{theme.cases(row.known)}"
            for row in each(months)
        ]
    line = {"type": "scatter", "x": names, "mode": "lines+markers", "hovertemplate": "%{text}"}
    traces: list[dict[str, Any]] = [
        {
            **line,
            "y": months[column],
            "name": _("this year"),
            "line": {"color": theme.ACCENT, "width": 2.5},
            "error_y": band,
            "text": texts[column],
        },
        {
            **line,
            "y": months[f"{column}_earlier"],
            "name": _("a year earlier"),
            "line": {"color": theme.ink()["line"], "width": 1.5, "dash": "dot"},
            "marker": {"symbol": "circle-open"},
            "text": texts[f"{column}_earlier"],
        },
    ]
    step = max(1, -(-len(names) // 3))  # three columns are narrow: more names would overlap
    counts = {"rangemode": "tozero", "nticks": 5} | (chart_marks.shares() if is_share else {})
    look = {
            "height": 260,
            "margin": {"l": 4, "r": 4, "t": 24, "b": 4},
            "hovermode": "x unified",
            "dragmode": False,
            "xaxis": {
                "categoryorder": "array", "categoryarray": names,
                "tickvals": names[::-1][::step], "showgrid": False, "tickangle": 0,
                "type": "category", "range": [-0.5, len(names) - 0.5],
            },
            "yaxis": counts,
    }  # fmt: skip
    return theme.figure(chart_marks.still(traces), chart_marks.on(look, marked))
