"""The figure of the page: what each recruit would get."""

import pandas as pd
import plotly.graph_objects as go

from pages.shared import chart_marks, i18n, theme

_ = i18n.gettext


def each(recruits: pd.DataFrame, least: float) -> go.Figure:
    """Requests a month that each recruit would get with their interval, in the order of the plan,
    and the least for which one is sent.

    recruits: title (commune), value, low, high, one row a recruit.
    """
    x = list(range(1, len(recruits) + 1))
    decimals = i18n.number
    bars = {
        "type": "bar",
        "x": x,
        "y": recruits["value"],
        "marker": {"color": theme.ACCENT},
        "error_y": {
            "type": "data", "array": recruits["high"] - recruits["value"],
            "arrayminus": recruits["value"] - recruits["low"], "thickness": 1.2, "width": 3,
            "color": theme.ink()["line"],
        },
        "hovertext": [
            f"{name}<br>{decimals(value, 1)} ({decimals(low, 1)} – {decimals(high, 1)})"
            for name, value, low, high in recruits[["title", "value", "low", "high"]].to_numpy()
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip
    named = _("{n} at least for each").format(n=i18n.number(least, 1))
    line = chart_marks.aim([(least, named)])
    return theme.figure(
        [bars],
        {
            "height": 380,
            "showlegend": False,
            "margin": {"l": 8, "r": 8, "t": 12, "b": 8},
            "shapes": line.lines,
            "annotations": line.texts,
            "xaxis": {
                "title": {"text": _("Recruit, in order")}, "tickformat": "d", "showgrid": False,
                "dtick": max(1, len(recruits) // 10),
            },
            "yaxis": {"title": {"text": _("Requests a month")}, "rangemode": "tozero"},
        },
    )  # fmt: skip
