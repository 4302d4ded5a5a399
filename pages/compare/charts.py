"""Small charts side by side, all on one scale."""

from typing import Any

import plotly.graph_objects as go

from etl.insight.picture.scale import round_axis
from etl.words.rows import each
from pages.compare import words
from pages.compare.figures import SIDE_BY_SIDE, Asked, Panel
from pages.shared import chart_marks, i18n, theme

_ = i18n.gettext

HEIGHT, ALONE = 150, 300  # pixels of a row of panels; of the only one
ROOM = 70  # pixels between rows: the names of the months, and the title of the panel below
WIDEST = {1: 60, 2: 22, 3: 60, 4: 30}  # letters of a name above a panel, by the columns
MOST_COLUMNS, ON_A_PHONE = 4, 2


def panels(
    found: list[Panel], whole: Panel | None, asked: Asked, *, is_narrow: bool = False
) -> go.Figure:
    """A line for each panel; dotted behind it the whole that they are parts of. ``is_narrow``: one
    below the other, or where they are many two in a row, for a phone."""
    count = len(found)
    has_room = count <= SIDE_BY_SIDE
    many = ON_A_PHONE if is_narrow else MOST_COLUMNS
    columns = many if not has_room else 1 if is_narrow else count
    rows = -(-count // columns)
    each_height = ALONE if rows == 1 else HEIGHT
    height = rows * (each_height + ROOM) + 50
    step, gap = 1 / rows, ROOM / (height - 50)
    heights = _heights(found, asked)
    traces: list[dict[str, Any]] = []
    look: dict[str, Any] = {
        "height": height,
        "margin": {"l": 4, "r": 24 if is_narrow else 4, "t": 4, "b": 46},
    }
    titles = []
    for n, panel in enumerate(found):
        name = "" if n == 0 else str(n + 1)
        left, below = n % columns / columns, 1 - (n // columns + 1) * step
        above = below + step - gap * 0.75
        width = 1 / columns - (0 if columns == 1 else 0.09 if is_narrow else 0.03)
        names = [i18n.month(month) for month in panel.months["month"]]
        at = {"xaxis": f"x{name}", "yaxis": f"y{name}", "showlegend": n == 0}
        if whole is not None:
            traces.append(_line(whole, names, asked, at) | _behind(whole.name))
        if not panel.is_few:
            drawn = panel if has_room else panel.without_few(asked.is_share)
            traces.append(_line(drawn, names, asked, at) | _before(_name(asked), has_room))
        look[f"xaxis{name}"] = theme.axis() | {
            "domain": [left, left + width], "anchor": f"y{name}", "type": "category",
            "categoryorder": "array", "categoryarray": names, "range": [-0.5, len(names) - 0.5],
            # in narrow panels the names of months would touch those of the panel beside
            "tickvals": [*names[: has_room or n % columns == 0], names[-1]],
            "tickangle": 0, "showgrid": False, "tickfont": {"size": 11},
        }  # fmt: skip
        look[f"yaxis{name}"] = theme.axis() | {
            "domain": [below + gap * 0.25, above], "anchor": f"x{name}",
            "range": [0, heights[-1] * 1.02], "tickvals": heights, "tickfont": {"size": 11},
            "ticktext": [i18n.percent(v) if asked.is_share else i18n.number(v) for v in heights],
            "showticklabels": n % columns == 0,
        }  # fmt: skip
        titles.append(
            {
                "name": "panel", "x": left, "y": above, "xref": "paper", "yref": "paper",
                "xanchor": "left", "yanchor": "bottom", "showarrow": False,
                "text": words.panel(panel, asked, WIDEST[columns]),
                "align": "left", "font": {"size": 12},
            }
        )  # fmt: skip
    look |= {"annotations": titles, "hovermode": "x", "legend": {"y": -0.02, "yanchor": "top"}}
    return theme.figure(traces, look)


def _name(asked: Asked) -> str:
    names = {"places": _("this territory"), "domains": _("this domain")}
    return names.get(asked.across, _("these months"))


def _line(panel: Panel, names: list[str], asked: Asked, at: dict[str, Any]) -> dict[str, Any]:
    texts = [words.month(row, asked) for row in each(panel.months)]
    line: dict[str, Any] = {
        "type": "scatter", "x": names, "y": panel.months["value"], "connectgaps": False,
        "text": texts, "hovertemplate": "%{text}", **at,
    }  # fmt: skip
    return line | ({"error_y": chart_marks.sure(panel.months, "value")} if asked.is_share else {})


def _before(name: str, has_intervals: bool) -> dict[str, Any]:
    """The look of a panel's own line; intervals of each month where there is room for them."""
    look: dict[str, Any] = {
        "name": name, "mode": "lines+markers", "line": {"color": theme.ACCENT, "width": 2},
        "marker": {"size": 5},
    }  # fmt: skip
    return look if has_intervals else look | {"error_y": None}


def _behind(name: str) -> dict[str, Any]:
    tone = theme.ink()["line"]
    return {"name": name, "mode": "lines", "line": {"color": tone, "width": 1.5, "dash": "dot"},
            "error_y": None}  # fmt: skip


def _heights(found: list[Panel], asked: Asked) -> list[float]:
    """The heights that are named on the one scale of all panels, from 0 to the top. The whole does
    not count: where it is larger than all of its parts, it would leave them flat."""
    if asked.is_share:
        return [0.0, 0.5, 1.0]
    most = max((panel.months["value"].max() for panel in found), default=0.0)
    end, step = round_axis([most if most == most and most > 0 else 1.0])
    step = max(1.0, step)
    return [step * n for n in range(round(end / step) + 1)]
