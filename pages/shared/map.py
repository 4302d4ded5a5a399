"""Maps of France: areas coloured by class, and the communes of one département as points.

A map never asks the network for anything, shows at most five classes between fixed breaks (so that
two months compare), and tells zero, "no data", "too few" and "withheld" apart by more than colour.
A click gives the code of the area; the page must offer a table and a pick list that do the same.
"""

import html
import itertools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from etl.insight import france_map
from etl.insight.picture import area
from etl.words.rows import each
from pages.shared import i18n, map_legend, pictures, theme

_ = i18n.gettext

Tone = Literal["good", "bad"]

# An empty Topology instead of the world map that plotly would fetch from a public server: the name
# of the file falls into the fragment of this address, and nothing leaves the machine.
_NO_WORLD = "data:application/json,{%22type%22:%22Topology%22,%22objects%22:{},%22arcs%22:[]}#"
CONFIG = {**theme.PLOTLY_CONFIG, "topojsonURL": _NO_WORLD, "doubleClick": False}
HEIGHT = 560
TOO_FEW, WITHHELD, NO_DATA = -3, -2, -1
UNCOLOURED = {TOO_FEW, WITHHELD, NO_DATA}
EMPTY = "rgba(127,127,127,0)"
# a chosen area looks as before: the page itself shows what was chosen
_STILL = {"selected": {"marker": {"opacity": 1}}, "unselected": {"marker": {"opacity": 1}}}

# From few to many, cool where more is better ("good"), warm where more is worse ("bad"); none at
# all is of the other kind, and never grey. Lightness alone tells the steps apart; each stands 3:1
# or more from its ground. Neighbours stay apart for colour-blind readers
# (tests/pages/test_colours.py).
_RAMPS: dict[str, dict[Tone, tuple[str, ...]]] = {
    "light": {
        "good": ("#2ca2a7", "#387c8f", "#275a79", "#02376c", "#12025b"),
        "bad": ("#be8b28", "#ad6034", "#8e3e3a", "#652237", "#390d2d"),
    },
    "dark": {
        "good": ("#7a50af", "#328dcb", "#50b7c8", "#97dcc2", "#e9fbbc"),
        "bad": ("#9e4770", "#c16068", "#d6876c", "#f0b278", "#ffeeaa"),
    },
}
_ZERO: dict[str, dict[Tone, str]] = {
    "light": {"good": "#a87317", "bad": "#2f8f87"},
    "dark": {"good": "#9c6a1c", "bad": "#21928f"},
}


@dataclass(frozen=True)
class Classes:
    """Fixed classes of a value: exactly zero (when ``has_zero``), then between the breaks.

    breaks: ascending, above zero; at most three beside a class for zero, else four.
    text: a bound as the reader sees it. tone: whether many is good or bad.
    """

    breaks: tuple[float, ...]
    text: Callable[[float], str]
    tone: Tone = "good"
    has_zero: bool = True
    few: int = 0  # cases below which an area is dotted; 0 = there is no such limit

    def __post_init__(self) -> None:
        if self.count > 5 or not self.breaks or list(self.breaks) != sorted(set(self.breaks)):
            raise ValueError("a map has two to five classes between ascending breaks")

    @property
    def count(self) -> int:
        """How many classes there are."""
        return len(self.breaks) + 1 + self.has_zero

    def of(self, value: Any) -> int:
        """The class of a value, from 0; NO_DATA for a missing one."""
        if i18n.is_none(value):
            return NO_DATA
        if self.has_zero and value <= 0:
            return 0
        return sum(value >= b for b in self.breaks) + self.has_zero

    def labels(self) -> list[str]:
        """The classes in words, in order."""
        texts = [self.text(b) for b in self.breaks]
        zero = [self.text(0)] if self.has_zero else []
        first = _("more than 0, below {to}") if self.has_zero else _("below {to}")
        between = [
            _("{start} to below {to}").format(start=start, to=to)
            for start, to in itertools.pairwise(texts)
        ]
        last = _("{start} or more").format(start=texts[-1])
        return [*zero, first.format(to=texts[0]), *between, last]

    def colours(self, dark: bool) -> list[str]:
        """One colour a class: zero apart, the others spread over the ramp."""
        ground = "dark" if dark else "light"
        ramp = _RAMPS[ground][self.tone]
        above = self.count - self.has_zero
        shades = [ramp[round(n * 4 / max(1, above - 1))] for n in range(above)]
        return [_ZERO[ground][self.tone], *shades] if self.has_zero else shades


def area_map(
    level: str,
    values: pd.DataFrame,
    classes: Classes,
    *,
    title: str,
    key: str,
    codes: Collection[str] | None = None,
    on_click: Callable[[str], Any] | None = None,
    finding: str = "",
) -> str | None:
    """A choropleth with its legend; returns the code of the area that was clicked last, or None.

    level: 'region' or 'departement'. codes: the areas to draw (default: the whole country, overseas
    in frames). values: one row per area, with ``code``, ``name``, ``value`` (NaN is "no data"),
    ``shown`` (the value as text), and where wanted ``hover`` (more lines, HTML), ``is_withheld``
    and ``is_few`` (why there is no value). An area without a row has no data. on_click runs before
    the page does, so it may set a filter. finding: what the map shows, for who takes it away.
    """
    dark = theme.is_dark()
    figure = area_figure(level, values, classes, dark=dark, codes=codes)
    drawn = france_map.area_names(level) if codes is None else codes
    states = {NO_DATA} if len(values) < len(drawn) else set()
    states |= {_class_of(row, classes) for row in each(values)} & UNCOLOURED
    note = _("Frames are not to the scale of the map.") if codes is None else ""
    return _show(figure, title, key, on_click, legend(classes, dark, states), note, finding)


def commune_map(
    points: pd.DataFrame,
    departement: str,
    classes: Classes,
    *,
    title: str,
    key: str,
    on_click: Callable[[str], Any] | None = None,
    finding: str = "",
) -> str | None:
    """The communes of a département as points on its outline, with their legend; returns the code
    of the one that was clicked last, or None.

    points: one row per commune, with ``code``, ``name``, ``longitude``, ``latitude``,
    ``population``, ``value``, ``shown``, and where wanted ``hover``, ``is_few`` and ``is_chosen``.
    """
    dark = theme.is_dark()
    figure = commune_figure(points, departement, classes, dark=dark)
    states = {_class_of(row, classes) for row in each(points)} & UNCOLOURED
    note = _("Larger points have more inhabitants.")
    return _show(figure, title, key, on_click, legend(classes, dark, states), note, finding)


def area_figure(
    level: str,
    values: pd.DataFrame,
    classes: Classes,
    *,
    dark: bool = False,
    codes: Collection[str] | None = None,
    over: Collection[dict[str, Any]] = (),
) -> go.Figure:
    """The figure of area_map: every area is drawn, with or without a value; ``over`` are plotly's
    traces to draw over them, and then the areas themselves tell nothing."""
    drawn = france_map.layout(level, None if codes is None else frozenset(codes))
    tone = theme.ink(dark)
    rows = {str(row.code): row for row in each(values)}
    own = list(map(rows.get, drawn.codes))
    number = [_class_of(row, classes) for row in own]
    areas = {
        "type": "choropleth",
        "geojson": drawn.geojson,
        "locations": list(drawn.rings),
        "z": number,
        **_colouring(classes, dark),
        "marker": {"line": {"width": 0.7, "color": tone["line"]}},
        "customdata": drawn.codes,
        "text": _hovers(own, [drawn.names[code] for code in drawn.codes], drawn.codes),
        **({"hoverinfo": "skip"} if over else {"hovertemplate": "%{text}<extra></extra>"}),
        "showscale": False,
        **_STILL,
    }
    lines = [_line(frame, tone["line"], 0.8) for frame in drawn.frames]
    for state, dash, width in ((WITHHELD, "solid", 0.8), (TOO_FEW, "dot", 1.6)):
        if state in number:
            stripes = drawn.hatched(n == state for n in number)
            lines.insert(0, _line(stripes, tone["line"], width, dash))
    traces = [areas, *lines, *_frame_names(drawn.labels, tone["text"]), *over]
    return _figure(traces, drawn)


def commune_figure(
    points: pd.DataFrame, departement: str, classes: Classes, *, dark: bool = False
) -> go.Figure:
    """The figure of commune_map: an outline, and a point per commune."""
    tone = theme.ink(dark)
    drawn = france_map.layout("departement", frozenset({departement}))
    outline = {
        "type": "choropleth",
        "geojson": drawn.geojson,
        "locations": list(drawn.rings),
        "z": [0],
        "colorscale": [[0, EMPTY], [1, EMPTY]],
        "showscale": False,
        "marker": {"line": {"width": 1.2, "color": tone["line"]}},
        "hoverinfo": "skip",
    }
    # The largest first, so that a village is never hidden under its town.
    ordered = points.sort_values("population", ascending=False)
    rows = list(each(ordered))
    size = [_size(float(str(row.population))) for row in rows]
    number = [_class_of(row, classes) for row in rows]
    communes = {
        "type": "scattergeo",
        "lon": ordered["longitude"],
        "lat": ordered["latitude"],
        "mode": "markers",
        "customdata": [row.code for row in rows],
        "text": _hovers(rows, list(ordered["name"]), list(ordered["code"])),
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "size": size,
            "opacity": 1,
            "color": number,
            "symbol": ["circle-dot" if n == TOO_FEW else "circle" for n in number],
            "line": {"width": 0.8, "color": tone["line"]},
            **_colouring(classes, dark, "c"),
        },
        **_STILL,
    }
    traces: list[dict[str, Any]] = [outline, communes]
    if "is_chosen" in ordered:
        ring = ordered["is_chosen"].to_numpy(bool)
        traces.append(
            {
                "type": "scattergeo",
                "lon": ordered["longitude"][ring],
                "lat": ordered["latitude"][ring],
                "mode": "markers",
                "hoverinfo": "skip",
                "marker": {
                    "size": [n + 8 for n, is_chosen in zip(size, ring, strict=True) if is_chosen],
                    "symbol": "circle-open",
                    "color": tone["text"],
                    "line": {"width": 3, "color": tone["text"]},
                },
            }
        )
    return _figure(traces, drawn)


def legend(classes: Classes, dark: bool, states: Collection[int]) -> list[map_legend.Entry]:
    """The classes with their bounds in words, then what no colour means."""
    few = _("fewer than {few} cases, too few to tell: the area is dotted")
    looks = {
        NO_DATA: (area.NO_DATA, _("no data: the area is empty")),
        TOO_FEW: (area.TOO_FEW, few.format(few=i18n.number(classes.few))),
        WITHHELD: (area.WITHHELD, _("withheld: the area is hatched")),
    }
    coloured = zip(classes.colours(dark), classes.labels(), strict=True)
    return [*coloured, *(look for state, look in looks.items() if state in states)]


def _show(
    figure: go.Figure, title: str, key: str, on_click: Callable[[str], Any] | None,
    entries: list[map_legend.Entry], note: str, finding: str,
) -> str | None:  # fmt: skip
    def clicked() -> None:
        code = _clicked(st.session_state.get(key))
        if code is not None and on_click is not None:
            on_click(code)

    state = st.plotly_chart(
        figure,
        theme=None,
        key=key,
        on_select=clicked,
        selection_mode="points",
        config=CONFIG,
        alt=title,
    )
    map_legend.show(title, entries, theme.ink()["line"], note)
    pictures.of_map(figure, key, theme.ink(), title, finding, entries, note)
    return _clicked(state)


def _clicked(state: Any) -> str | None:
    points = state["selection"]["points"] if state else []
    if not points:
        return None
    data = points[0].get("customdata")
    code = data[0] if isinstance(data, (list, tuple)) and data else data
    return None if code is None else str(code)


def _class_of(row: Any, classes: Classes) -> int:
    if row is None:
        return NO_DATA
    if _is_withheld(row):
        return WITHHELD
    number = classes.of(row.value)
    return TOO_FEW if number == NO_DATA and getattr(row, "is_few", False) else number


def _hovers(rows: Collection[Any], names: Collection[str], codes: Collection[str]) -> list[str]:
    """What the pointer shows over each area: its name, its value, and what the page adds."""
    nothing, withheld = _("No data"), _("withheld: the area is hatched")
    texts = []
    for row, name, code in zip(rows, names, codes, strict=True):
        lines = [f"<b>{html.escape(str(name))}</b> ({code})"]
        if row is None:
            lines.append(nothing)
        elif _is_withheld(row):
            lines.append(getattr(row, "hover", "") or withheld)
        else:
            lines += [row.shown, *([row.hover] if getattr(row, "hover", "") else [])]
        texts.append("<br>".join(lines))
    return texts


def _is_withheld(row: Any) -> bool:
    return bool(getattr(row, "is_withheld", False))


def _size(population: float) -> float:
    """Diameter in pixels: the surface grows with the square root of the inhabitants."""
    return min(34.0, 6.0 + (max(population or 0.0, 0.0) ** 0.25) * 0.9)


def _colouring(classes: Classes, dark: bool, axis: str = "z") -> dict[str, Any]:
    """A stepped scale over TOO_FEW, WITHHELD, NO_DATA and the classes."""
    shades = [EMPTY, EMPTY, EMPTY, *classes.colours(dark)]
    steps = [[edge / len(shades), shade] for n, shade in enumerate(shades) for edge in (n, n + 1)]
    return {"colorscale": steps, f"{axis}min": TOO_FEW - 0.5, f"{axis}max": classes.count - 0.5}


def _line(line: france_map.Line, colour: str, width: float, dash: str = "solid") -> dict[str, Any]:
    return {
        "type": "scattergeo",
        "lon": line[0],
        "lat": line[1],
        "mode": "lines",
        "line": {"width": width, "color": colour, "dash": dash},
        "hoverinfo": "skip",
    }


def _frame_names(
    labels: Collection[tuple[str, france_map.Point]], colour: str
) -> list[dict[str, Any]]:
    if not labels:
        return []
    names = {
        "type": "scattergeo",
        "lon": [place[0] for _name, place in labels],
        "lat": [place[1] for _name, place in labels],
        "text": [name for name, _place in labels],
        "mode": "text",
        "textfont": {"size": 10, "color": colour},
        "hoverinfo": "skip",
    }
    return [names]


def _figure(traces: list[dict[str, Any]], drawn: france_map.Layout) -> go.Figure:
    (west, south), (east, north) = drawn.bounds
    # wide and low areas get a low figure, none is higher than the country's
    height = round(HEIGHT * drawn.extent.height / drawn.extent.width)
    layout = {
        "height": max(300, min(HEIGHT, height)),
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "paper_bgcolor": EMPTY,
        "plot_bgcolor": EMPTY,
        "showlegend": False,
        "dragmode": False,
        "clickmode": "event+select",
        "geo": {
            "visible": False,
            "bgcolor": EMPTY,
            "projection": {"type": "mercator"},
            "lonaxis": {"range": [west, east]},
            "lataxis": {"range": [south, north]},
        },
    }
    # unchecked as theme.figure, and for the same reason
    return go.Figure({"data": traces, "layout": layout}, _validate=False)
