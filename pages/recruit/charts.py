"""The figure of the page: what one recruit more still brings."""

import pandas as pd
import plotly.graph_objects as go

from pages.shared import i18n, theme


def curve(places: pd.DataFrame) -> go.Figure:
    """Share of the unmet demand served, by recruits, in the order of the plan.

    places: recruits, cumulated_share, title (commune), in order of rank.
    """
    _ = i18n.gettext
    x = [0, *places["recruits"].cumsum()]
    y = [0.0, *places["cumulated_share"]]
    hover = ["", *places["title"]]
    line = {
        "type": "scatter",
        "x": x,
        "y": y,
        "mode": "lines+markers",
        "text": [
            f"{name}<br>{i18n.percent(share, 1)}" for name, share in zip(hover, y, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "line": {"color": theme.ACCENT, "width": 2.5},
        "marker": {"size": 7 if len(x) <= 40 else 4},
    }
    return theme.figure(
        [line],
        {
            "height": 380,
            "showlegend": False,
            "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
            "xaxis": {
                "title": {"text": _("Recruits")}, "rangemode": "tozero", "tickformat": "d",
            },
            "yaxis": {
                "title": {"text": _("Share of the unmet demand")}, "rangemode": "tozero",
                "tickformat": "~%",
            },
        },
    )  # fmt: skip
