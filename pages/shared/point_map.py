"""Numbered points on the outlines of départements; like every map it asks the network nothing."""

import html
from collections.abc import Collection
from functools import lru_cache

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from etl.insight import france_map
from pages.shared import map, pictures, theme

POINT, NUMBER = "#0f6b60", "#ffffff"
DIAMETERS = (17.0, 30.0)  # pixels; the smallest still holds its number
_NO_VALUES = pd.DataFrame({"code": []})


def point_map(
    points: pd.DataFrame,
    *,
    title: str,
    note: str,
    key: str,
    departements: Collection[str] | None = None,
    finding: str = "",
) -> None:
    """Draws the points, then ``title`` and ``note`` below them.

    points: one row each, with ``name``, ``departement_code``, ``longitude``, ``latitude``
    (degrees), ``number`` (text inside), ``size`` (above 0: the surface grows with it) and ``hover``
    (lines, HTML). departements: those to draw; by default the whole country, overseas in frames.
    finding: what the map shows, for who takes it away.
    """
    figure = point_figure(points, dark=theme.is_dark(), departements=departements)
    st.plotly_chart(figure, theme=None, key=key, config=map.CONFIG, alt=title)
    st.caption(f"{title}. {note}")
    pictures.of_map(figure, key, theme.ink(), title, finding, (), note)


def point_figure(
    points: pd.DataFrame, *, dark: bool = False, departements: Collection[str] | None = None
) -> go.Figure:
    """The figure of point_map."""
    shown = points if departements is not None else _in_frames(points)
    # the largest first, so that a small one is never hidden under it
    shown = shown.sort_values("size", ascending=False, kind="stable")
    smallest, largest = DIAMETERS
    share = shown["size"] / shown["size"].max() if len(shown) else shown["size"]
    names = [f"<b>{html.escape(str(name))}</b>" for name in shown["name"]]
    numbered = {
        "type": "scattergeo",
        "lon": shown["longitude"],
        "lat": shown["latitude"],
        "mode": "markers+text",
        "text": list(shown["number"]),  # plotly makes JSON of text in an array slowly
        "textfont": {"size": 11, "color": NUMBER, "weight": "bold"},
        "textposition": "middle center",
        "customdata": [
            f"{name}<br>{more}" for name, more in zip(names, shown["hover"], strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {
            "size": (share**0.5 * largest).clip(lower=smallest),
            "color": POINT,
            "opacity": 0.92,
            "line": {"width": 1, "color": theme.ink(dark)["ground"]},
        },
    }
    nowhere = map.Classes((1.0,), str)
    return map.area_figure(
        "departement", _NO_VALUES, nowhere, dark=dark, codes=departements, over=[numbered]
    )


def _in_frames(points: pd.DataFrame) -> pd.DataFrame:
    """Where points stand on the map of the country: moved with the outline they lie on.

    A point in an enlarged area is drawn again there, and stands without its number where it is.
    """
    rings = _whole().rings
    framed = {code for inset in _whole().insets for code in inset.codes}
    rows = []
    for row in points.to_dict("records"):
        code = row["departement_code"]
        place = (row["longitude"], row["latitude"])
        keys = [key for key in (code, code + france_map.COPY) if key in rings]
        for key in keys:
            is_moved = code in framed and (key != code or len(keys) == 1)
            x, y = _moved(place, code, key) if is_moved else place
            number = "" if key == code and len(keys) > 1 else row["number"]
            rows.append(row | {"longitude": x, "latitude": y, "number": number})
    return pd.DataFrame(rows, columns=points.columns)


def _whole() -> france_map.Layout:
    return france_map.layout("departement")


def _moved(place: france_map.Point, code: str, key: str) -> france_map.Point:
    """A point of the département `code` on its outline `key`: the same move from box to box."""
    start, end = _boxes(code, key)
    x, y = france_map.to_map(place)
    return france_map.from_map(
        (
            end.left + (x - start.left) * end.width / start.width,
            end.bottom + (y - start.bottom) * end.height / start.height,
        )
    )


@lru_cache(maxsize=128)
def _boxes(code: str, key: str) -> tuple[france_map.Box, france_map.Box]:
    own = france_map.layout("departement", frozenset({code})).rings[code]
    return france_map.extent([own]), france_map.extent([_whole().rings[key]])
