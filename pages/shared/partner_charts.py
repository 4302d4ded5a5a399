"""Charts of published figures: what is withheld is hatched, over its band or the whole height, and
never a zero."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import plotly.graph_objects as go

from etl.insight.partner_cells import Cell, Fewer, Withheld, ends
from pages.shared import i18n, partner_figures, theme

_ = i18n.gettext
MANY = 6  # names of years that a narrow screen has room for
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = (
    ("circle", "●"),
    ("square", "■"),
    ("diamond", "◆"),
    ("triangle-up", "▲"),
    ("x", "✖"),
    ("star", "★"),
    ("triangle-down", "▼"),
)  # fmt: skip


def finding(
    steps: Sequence[str], series: Sequence["Series"], kind: str = "count"
) -> dict[str, Any]:
    """What a chart ends at, for its title, as layout.meta of the figure: of one name also what it
    began at (45 in 2025, 23 in 2018), of many names the first and the last."""
    met = [n for n in range(len(steps)) if any(one.cells[n] is not None for one in series)]
    if not met:
        return {}
    first, last = met[0], met[-1]
    ends = [*series[:1], *series[-1:]] if len(series) > 3 else series
    now = [(one.name, partner_figures.text(one.cells[last], kind)) for one in ends]
    if len(series) == 1 and first < last and kind != "signed":
        then = partner_figures.text(series[0].cells[first], kind)
        text = _("{now} in {last}, {then} in {first}")
        told = text.format(now=now[0][1], then=then, first=steps[first], last=steps[last])
    else:
        told = _("{now} in {last}").format(
            now=", ".join(f"{name} {value}".strip() for name, value in now), last=steps[last]
        )
    return {"finding": told}


class Series(NamedTuple):
    """One name, its figures along the axis, and a colour."""

    name: str
    cells: Sequence[Cell]
    colour: str


def moves(
    steps: Sequence[str],
    ups: Sequence[Series],
    downs: Sequence[Series],
    net: tuple[str, Sequence[Cell]],
    height: int = 380,
) -> go.Figure:
    """Columns stacked above the axis and below it, and the net of both as points."""
    ink = theme.ink()
    traces = []
    for sign, side in ((1, ups), (-1, downs)):
        for number, series in enumerate(side):
            drawn = partner_figures.values(series.cells)
            bar = _bar(steps, [None if v is None else sign * v for v in drawn], series)
            # ups and downs of one colour family are told apart by the axis, parts by a pattern
            bar["marker"]["pattern"] = {
                "shape": ("", "x", ".", "-", "|", "+")[number % 6],
                "fillmode": "overlay", "fgcolor": ink["ground"], "size": 7, "solidity": 0.25,
            }  # fmt: skip
            bar["text"] = None
            traces.append(bar)
    most = _most(*ups, *downs)
    for sign, side in ((1, ups), (-1, downs)):
        hidden = [_first_hidden([s.cells[n] for s in side]) for n in range(len(steps))]
        traces += _hatched(steps, hidden, sign * most, is_named=sign == 1 or not _has(ups))
    name, cells = net
    traces.append(
        {
            "type": "scatter", "x": list(steps), "y": partner_figures.values(cells), "name": name,
            "mode": "lines+markers",
            "line": {"color": ink["text"], "width": 1.5, "dash": "dot"},
            "marker": {
                "size": 9, "symbol": "diamond", "color": ink["ground"],
                "line": {"width": 2, "color": ink["text"]},
            },
            "customdata": [partner_figures.text(cell, "signed") for cell in cells],
            "hovertemplate": "%{x} : %{customdata}",
        }
    )  # fmt: skip
    layout = {"barmode": "relative", "bargap": 0.25, "height": height + 16 * len(traces)}
    layout["meta"] = finding(steps, [Series(name, cells, "")], "signed")
    layout["legend"] = {"font": {"size": 12}, "maxheight": 0.9, "y": -0.16}
    figure = _figure(steps, traces, layout, most)
    if len(steps) > MANY:  # else they stand aslant on a narrow screen, and reach into the legend
        figure.update_xaxes(tickangle=0, tickvals=list(steps)[::-1][::2][::-1])
    return figure


def columns(
    steps: Sequence[str], series: Sequence[Series], kind: str = "count", height: int = 300
) -> go.Figure:
    """Columns side by side, each with its figure; a withheld one is hatched. Euros stand in the
    hover: they are too long."""
    most = _most(*series)
    traces: list[dict[str, Any]] = []
    for number, one in enumerate(series):
        bar = _bar(steps, partner_figures.values(one.cells), one, kind)
        bar |= {"offsetgroup": str(number), "textposition": "outside", "cliponaxis": False}
        if kind == "eur":
            bar["text"] = None
        traces.append(bar)
        hidden = [_first_hidden([cell]) for cell in one.cells]
        is_first = not any(_has([before]) for before in series[:number])
        more = {"offsetgroup": str(number)}
        traces += [h | more for h in _hatched(steps, hidden, most, kind, is_named=is_first)]
    layout = {
        "barmode": "group", "bargap": 0.25, "height": height,
        "showlegend": len(series) > 1 or _has(series),
        "yaxis": percent_axis(most) if kind == "share" else {},
        "meta": finding(steps, series, kind),
    }  # fmt: skip
    return _figure(steps, traces, layout, most)


def lines(
    steps: Sequence[str], series: Sequence[Series], kind: str = "share", height: int = 320
) -> go.Figure:
    """Lines that stop where a figure is withheld: there the ground is hatched."""
    most = _most(*series)
    hidden = [_first_hidden([one.cells[n] for one in series]) for n in range(len(steps))]
    traces = _hatched(steps, hidden, most, kind, is_named=True)
    drawn = [partner_figures.values(one.cells) for one in series]
    ends_at = [max((n for n, v in enumerate(row) if v is not None), default=-1) for row in drawn]
    ending = [row[last] if last >= 0 else None for row, last in zip(drawn, ends_at, strict=True)]
    for number, one in enumerate(series):
        texts = [partner_figures.text(cell, kind) for cell in one.cells]
        last = ends_at[number]
        traces.append(
            {
                "type": "scatter", "x": list(steps), "y": drawn[number],
                "name": one.name, "mode": "lines+markers+text", "connectgaps": False,
                "line": {"color": one.colour, "width": 2.5, "dash": DASHES[number % len(DASHES)]},
                "marker": {"size": 9, "symbol": SYMBOLS[number % len(SYMBOLS)][0]},
                "text": [t if n == last else "" for n, t in enumerate(texts)],
                "textposition": _where_free(ending[number], ending),
                "cliponaxis": False, "customdata": texts, "hovertemplate": "%{x} : %{customdata}",
            }
        )  # fmt: skip
    axis = {"rangemode": "tozero", **(percent_axis(most) if kind == "share" else {})}
    layout = {
        "height": height, "bargap": 0, "yaxis": axis, "meta": finding(steps, series, kind),
    }  # fmt: skip
    return _figure(steps, traces, layout, math.inf if kind == "share" else most)


def ranks(series: Mapping[str, Cell], kind: str, colour: str = theme.ACCENT) -> go.Figure:
    """Bars from the top down, each with its name and figure; a withheld one is hatched."""
    names, cells = list(series), list(series.values())
    most = _most(Series("", cells, ""))
    shown = Series("", cells, colour)
    bar = _bar(names, partner_figures.values(cells), shown, kind)
    hidden = _hatched(names, [_first_hidden([c]) for c in cells], most, kind, is_named=True)
    traces = [
        {**trace, "orientation": "h", "x": trace["y"], "y": trace["x"]} for trace in (bar, *hidden)
    ]
    traces[0] |= {"textposition": "auto", "cliponaxis": False, "hovertemplate": "%{y} : %{text}"}
    for trace in traces[1:]:
        trace["hovertemplate"] = "%{y} : %{customdata}"
    layout = {
        "height": 60 + 46 * len(names), "showlegend": bool(hidden), "barmode": "overlay",
        "bargap": 0.25,
        "xaxis": {"rangemode": "tozero", "visible": False},
        "yaxis": {"autorange": "reversed", "type": "category", "showgrid": False},
    }  # fmt: skip
    told = [f"{name} {partner_figures.text(cell, kind)}" for name, cell in series.items()]
    layout["meta"] = {"finding": ", ".join([*told[:1], *told[1:][-1:]])}
    return theme.figure(traces, layout)


def _bar(
    steps: Sequence[str], drawn: list[float | None], series: Series, kind: str = "count"
) -> dict[str, Any]:
    texts = [partner_figures.text(cell, kind) for cell in series.cells]
    return {
        "type": "bar", "x": list(steps), "y": drawn, "name": series.name,
        "showlegend": bool(series.name),
        "marker": {"color": series.colour, "line": {"width": 0.6, "color": theme.ink()["line"]}},
        "text": ["" if v is None else t for v, t in zip(drawn, texts, strict=True)],
        "textfont": {"size": 12},
        "customdata": texts,
        "hovertemplate": "%{x} : %{customdata}" + ("" if series.name else "<extra></extra>"),
    }  # fmt: skip


def _hatched(
    steps: Sequence[str],
    hidden: Sequence[Withheld | Fewer | None],
    height: float,
    kind: str = "count",
    *,
    is_named: bool,
) -> list[dict[str, Any]]:
    """Hatching where no figure is told: over its band, else over the whole height, which tells of
    no size."""
    places = [(step, cell) for step, cell in zip(steps, hidden, strict=True) if cell is not None]
    if not places:
        return []
    line = theme.ink()["line"]
    sign = -1 if height < 0 else 1
    spans = [ends(cell) or (0.0, abs(height)) for _step, cell in places]
    return [
        {
            "type": "bar", "x": [step for step, _cell in places],
            "y": [sign * (high - low) for low, high in spans],
            "base": [sign * low for low, _high in spans],
            "name": i18n.name("cell", "withheld"), "showlegend": is_named,
            "marker": {
                "color": "rgba(0,0,0,0)", "line": {"width": 0.8, "color": line},
                "pattern": {
                    "shape": "/", "fgcolor": line, "bgcolor": "rgba(0,0,0,0)", "size": 7,
                    "solidity": 0.15,
                },
            },
            "customdata": [partner_figures.text(cell, kind) for _step, cell in places],
            "hovertemplate": "%{x} : %{customdata}<extra></extra>",
        }
    ]  # fmt: skip


def _figure(
    steps: Sequence[str], traces: list[dict[str, Any]], layout: dict[str, Any], most: float
) -> go.Figure:
    """Steps as they are written (years without a separator); no halves where ``most`` is small."""
    counts = {"zerolinewidth": 1.5, "tickformat": ",", "dtick": 1 if most <= 5 else None}
    axes = {
        # else the order is that of the first trace, which may begin later
        "xaxis": {"type": "category", "categoryarray": list(steps), "showgrid": False},
        "yaxis": counts | layout.get("yaxis", {}),
    }
    return theme.figure(traces, layout | axes)


def percent_axis(most: float) -> dict[str, Any]:
    """The ticks of an axis of shares up to ``most``, written as everywhere."""
    steps = (0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25)
    step = next((step for step in steps if most / step <= 5), steps[-1])
    ticks = [n * step for n in range(math.floor(most / step + 1e-9) + 2)]
    texts = [i18n.percent(tick, 0 if step >= 0.01 or not tick else 2) for tick in ticks]
    return {"tickmode": "array", "tickvals": ticks, "ticktext": texts, "dtick": None}


def _where_free(value: float | None, ending: Sequence[float | None]) -> str:
    """On which side of the end of a line its figure stands: where the next line is further away."""
    if value is None:
        return "top center"
    others = [other for other in ending if other is not None]
    above = min((other - value for other in others if other > value), default=math.inf)
    below = min((value - other for other in others if other < value), default=math.inf)
    return "top center" if above >= below else "bottom center"


def _most(*series: Series) -> float:
    """The greatest height that anything drawn has, bands among them."""
    drawn = [abs(end) for one in series for cell in one.cells for end in ends(cell) or ()]
    return max(drawn, default=0) or 1


def _has(series: Sequence[Series]) -> bool:
    return any(_first_hidden(one.cells) is not None for one in series)


def _first_hidden(cells: Sequence[Cell]) -> Withheld | Fewer | None:
    return next((cell for cell in cells if isinstance(cell, (Withheld, Fewer))), None)
