"""Numbered points on the outlines of départements; like every map it asks the network nothing."""

import html
from collections.abc import Collection

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
    drawn = france_map.layout("departement")
    rows = []
    for row in points.to_dict("records"):
        spots = drawn.spots(row["departement_code"], (row["longitude"], row["latitude"]))
        for left, (x, y) in enumerate(spots, start=1 - len(spots)):
            rows.append(
                row | {"longitude": x, "latitude": y, "number": "" if left else row["number"]}
            )
    return pd.DataFrame(rows, columns=points.columns)
