"""Figures of the Co-operatives page: survival, and the published national series."""

import itertools
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from etl.words.rows import each
from pages.shared import i18n, partner_charts, theme

_ = i18n.gettext
MARKS = {"all_companies": "circle-open", "companies": "square-open", "sole_traders": "x-open",
         "scop_scic": "diamond-open"}  # fmt: skip


def survival(groups: dict[str, pd.DataFrame], benchmarks: pd.DataFrame) -> go.Figure:
    """Steps from 100 % at birth, with the band of the first group; what others publish as points.

    groups: rows of survival_curve.sql by name, all of them first; a curve ends where none is told.
    benchmarks: rows of published_benchmarks.sql, drawn where they are of every origin."""
    traces: list[dict[str, Any]] = []
    for number, (name, rows) in enumerate(groups.items()):
        told = rows[rows["survival"].notna()]
        if told.empty:
            continue
        colour = theme.CATEGORIES[number % len(theme.CATEGORIES)]
        symbol, _mark = partner_charts.SYMBOLS[number % len(partner_charts.SYMBOLS)]
        years = [0, *told["years"].tolist()]
        if number == 0:
            traces.append(_band(years, [1.0, *told["low"]], [1.0, *told["high"]]))
        texts = [
            _("{share} ({interval}), {n} at risk").format(
                share=i18n.percent(row.survival), interval=i18n.interval(row.low, row.high),
                n=i18n.number(row.at_risk),
            )
            for row in each(told)
        ]  # fmt: skip
        traces.append(
            {
                "type": "scatter", "x": years, "y": [1.0, *told["survival"]], "name": name,
                "mode": "lines+markers",
                "line": {
                    "color": colour, "shape": "hv", "width": 3 if number == 0 else 1.8,
                    "dash": partner_charts.DASHES[number % len(partner_charts.DASHES)],
                },
                "marker": {"size": 7, "symbol": symbol},
                "customdata": [i18n.percent(1), *texts],
                "hovertemplate": "%{x} : %{customdata}",
            }
        )  # fmt: skip
    traces += _points(benchmarks[benchmarks["origin"] == "all"])
    layout = {
        # on a narrow screen each name of the legend has a line of its own
        "height": 340 + 20 * len(traces),
        "xaxis": {"dtick": 1, "range": [-0.1, 10.2]},
        "yaxis": partner_charts.percent_axis(1) | {"range": [0, 1.04]},
        "legend": {"y": -0.12},
    }
    return theme.figure(traces, layout)


def _band(years: list[int], low: list[float], high: list[float]) -> dict[str, Any]:
    """A band in steps: there and back again."""
    x = [years[0], *[x for x in years[1:] for _twice in (0, 1)]]
    steps = [[side[0], *[v for a, b in itertools.pairwise(side) for v in (a, b)]]
             for side in (low, high)]  # fmt: skip
    return {
        "type": "scatter", "x": [*x, *x[::-1]], "y": [*steps[0], *steps[1][::-1]],
        "fill": "toself", "mode": "lines", "line": {"width": 0},
        "fillcolor": "rgba(23,137,122,.18)",
        "name": _("95% band"), "hoverinfo": "skip",
    }  # fmt: skip


def _points(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Published figures: one mark a population, its cohort and scope in the hover."""
    ink = theme.ink()
    traces = []
    for population, own in rows.groupby("population", sort=False):
        texts = [
            _("{form}, born {cohort}: {share} after {n} years ({scope})").format(
                form=i18n.label(row, "form"),
                cohort=_("not stated") if pd.isna(row["cohort"]) else int(row["cohort"]),
                share=i18n.percent(row["survival_share"]), n=row["years"],
                scope=i18n.label(row, "scope"),
            )
            for _n, row in own.iterrows()
        ]  # fmt: skip
        traces.append(
            {
                "type": "scatter", "x": own["years"].tolist(),
                "y": own["survival_share"].tolist(), "mode": "markers",
                "name": _("Published: {form}").format(form=i18n.label(own.iloc[0], "form")),
                "marker": {
                    "size": 12, "symbol": MARKS.get(str(population), "star-open"),
                    "color": ink["text"], "line": {"width": 2, "color": ink["text"]},
                },
                "customdata": texts, "hovertemplate": "%{customdata}<extra></extra>",
            }
        )  # fmt: skip
    return traces


def national(series: pd.DataFrame, unit: str) -> tuple[go.Figure, list[tuple[str, str, str]]]:
    """Published figures: a line joins those of one series only, a dotted rule marks each break.

    series: rows of series.sql with ``shown``, the series' name. Returns the figure and its legend:
    (mark, colour, name) of each series, to be written below, where long names wrap."""
    ink = theme.ink()
    traces: list[Any] = []
    legend = []
    groups = sorted(series.groupby("series_code"), key=lambda group: group[1]["year"].max())
    highest = series.groupby("year")["value"].transform("max")
    for number, (_code, rows) in enumerate(groups):
        rows = rows.assign(is_highest=rows["value"] == highest[rows.index]).sort_values("year")
        colour = theme.CATEGORIES[number % len(theme.CATEGORIES)]
        symbol, mark = partner_charts.SYMBOLS[number % len(partner_charts.SYMBOLS)]
        name = rows["shown"].iloc[0]
        legend.append((mark, colour, name))
        # a break inside a series cuts its line as well
        for _n, piece in rows.groupby(rows["is_break_before"].cumsum()):
            texts = [i18n.number(v, 0 if float(v).is_integer() else 1) for v in piece["value"]]
            is_top = piece["is_highest"].iloc[-1]
            traces.append(
                {
                    "type": "scatter", "x": piece["year"], "y": piece["value"], "name": name,
                    "mode": "lines+markers+text",
                    "line": {"color": colour, "width": 2},
                    "marker": {"size": 10, "symbol": symbol},
                    "text": [*[""] * (len(texts) - 1), texts[-1]],
                    "textposition": "top center" if is_top else "bottom center",
                    "textfont": {"size": 12}, "cliponaxis": False, "customdata": texts,
                    "hovertemplate": f"%{{x}} : %{{customdata}} {unit}",
                }
            )  # fmt: skip
    first = series["year"].min()
    rules = []
    for year in sorted(set(series.loc[series["is_break_before"], "year"])):
        if year > first:
            rules.append(
                {
                    "type": "line",
                    "x0": year - 0.5,
                    "x1": year - 0.5,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "line": {"dash": "dot", "width": 1, "color": ink["line"]},
                }
            )
    layout = {
        "height": 300, "showlegend": False, "shapes": rules, "margin": {"r": 24},
        "xaxis": {"tickformat": "d", "showgrid": False},
        "yaxis": {"rangemode": "tozero", "zerolinewidth": 1.5, "tickformat": ","},
    }  # fmt: skip
    return theme.figure(traces, layout), legend
