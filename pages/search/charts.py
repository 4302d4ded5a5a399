"""The pictures of a provider's sheet: where it would go, what it answered."""

import math

import pandas as pd
import plotly.graph_objects as go

from pages.shared import i18n, point_map, theme

_ = i18n.gettext
KM_PER_DEGREE = 111.195  # of a great circle on the sphere that distances are taken on


def reach(base: pd.Series, name: str, reach_km: float, departements: set[str]) -> go.Figure:
    """The provider's commune on the outlines around it, in a circle as wide as its reach."""
    point = pd.DataFrame(
        [
            {
                "name": name,
                "departement_code": base["departement_code"],
                "longitude": base["longitude"],
                "latitude": base["latitude"],
                "number": "",
                "size": 1.0,
                "hover": _("{km} km").format(km=i18n.number(reach_km)),
            }
        ]
    )
    figure = point_map.point_figure(point, dark=theme.is_dark(), departements=departements)
    longitudes, latitudes = circle(base["longitude"], base["latitude"], reach_km)
    figure.add_trace(
        go.Scattergeo(
            lon=longitudes,
            lat=latitudes,
            mode="lines",
            line={"color": theme.ACCENT, "width": 3},
            hoverinfo="skip",
        )
    )
    figure.update_layout(height=340, showlegend=False)
    return figure


def circle(longitude: float, latitude: float, km: float) -> tuple[list[float], list[float]]:
    """The points so many kilometres from a point, closed."""
    angle = math.radians(km / KM_PER_DEGREE)
    north = math.radians(latitude)
    found: tuple[list[float], list[float]] = ([], [])
    for step in range(73):
        bearing = math.tau * step / 72
        up = math.asin(
            math.sin(north) * math.cos(angle)
            + math.cos(north) * math.sin(angle) * math.cos(bearing)
        )
        across = math.atan2(
            math.sin(bearing) * math.sin(angle) * math.cos(north),
            math.cos(angle) - math.sin(north) * math.sin(up),
        )
        found[0].append(longitude + math.degrees(across))
        found[1].append(math.degrees(up))
    return found


def work(months: pd.DataFrame) -> go.Figure:
    """Answers and hires, month by month."""
    ink = theme.ink()
    most = float(months[["answers", "hires"]].to_numpy(float).max(initial=0))
    figure = go.Figure(
        [
            go.Bar(
                x=months["month"],
                y=months[column],
                name=title,
                marker={"color": colour},
                hovertemplate="%{x|%m/%Y}: %{y}<extra>" + title + "</extra>",
            )
            for column, title, colour in (
                ("answers", _("Answers"), theme.CATEGORIES[1]),
                ("hires", _("Hires"), theme.CATEGORIES[0]),
            )
        ]
    )
    figure.update_layout(
        barmode="group",
        height=240,
        margin={"l": 0, "r": 0, "t": 10, "b": 0},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": ink["text"]},
        legend={"orientation": "h", "y": 1.15},
        yaxis={
            "gridcolor": ink["grid"],
            "rangemode": "tozero",
            "automargin": True,
            # a count has no halves
            **({"dtick": 1} if most <= 5 else {"nticks": 5}),
            "tickformat": ",d",
            "title": {"text": _("a month"), "standoff": 14},
        },
        xaxis={"tickformat": "%m/%Y", "automargin": True, "nticks": 6},
    )
    return figure
