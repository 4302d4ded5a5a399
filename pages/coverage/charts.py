"""Figures of the page: a table of a measure into a chart."""

from typing import Any

import pandas as pd

from pages.shared import i18n, map, theme

CELL = 27  # pixels, height of a line
COLUMN = (35, 110)  # pixels, width of a column: at least room for "100 %"
WIDTH = 630  # pixels that the columns share where there is room


def heatmap(
    cells: pd.DataFrame, areas: list[str], domains: list[str], classes: map.Classes, dark: bool
) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Domains (lines) by areas (columns), the value printed in each cell; a click selects a cell.

    cells: code, scope_code, area, domain (labels), tint, brief (the value as short text), shown,
    about (n and interval as text). areas, domains: labels in order. Returns data and Vega-Lite
    specification; its selection is named ``cell`` and holds code and scope_code.
    """
    _ = i18n.gettext
    tone = theme.ink(dark)
    shades = classes.colours(dark)
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
        "width": {"step": min(COLUMN[1], max(COLUMN[0], WIDTH // len(areas)))},
        "height": {"step": CELL},
        "background": "transparent",
        "encoding": {
            "x": {**columns, "axis": {"orient": "top", "labelAngle": -50, "labelLimit": 170}},
            "y": {**lines, "axis": {"labelLimit": 260}},
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
                "labelFontSize": 12,
                "domain": False,
                "ticks": False,
            },
        },
    }
    return data, spec


def _ink(fill: str) -> str:
    """Black or white, whichever reads better on the colour."""
    parts = [int(fill[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 else "#ffffff"
